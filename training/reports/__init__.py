"""Reports on runs, evaluations and hands: as pages of the web, as PDF, as cards."""
