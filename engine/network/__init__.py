"""The network: layers, window, mixture, and their equations written plainly."""
