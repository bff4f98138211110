package dev.warren.cli.help;

/** A name and what there is to say about it: an exit status, a file, a variable, an example. */
record Entry(String label, String text) {}
