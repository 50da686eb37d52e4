"""What the program does, measured on the machine it runs on."""
