"""What ships beside the code: hands, styles, icons and paper, found with `importlib.resources`."""
