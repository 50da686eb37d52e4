"""Teaching: training started as a process of its own, and watched in its folder."""
