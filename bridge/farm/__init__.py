"""Many sessions as one command or many machines' work: what is to be made, what is made already, how it goes."""
