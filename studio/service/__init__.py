"""The service: the engine over HTTP, with a client for other programs and a page that writes."""
