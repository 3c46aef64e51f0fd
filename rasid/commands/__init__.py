"""One module per command. Each is imported only when its command runs, so that ``rasid --help`` stays quick."""
