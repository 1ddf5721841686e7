"""What ``derive new`` writes: formula files to be changed.  They are no part of the catalogue."""
