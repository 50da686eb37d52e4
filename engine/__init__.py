"""The engine writes: text -> pen points -> ink. It knows no window and no training."""
