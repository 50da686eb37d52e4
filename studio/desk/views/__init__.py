"""Views: the window, its dialogs and its panes."""
