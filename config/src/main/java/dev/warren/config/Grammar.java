package dev.warren.config;

/** Whose files are read. */
public enum Grammar {
  /** What {@code wg setconf} takes. */
  WG,
  /** What {@code wg-quick} takes: more settings in {@code [Interface]}. */
  WG_QUICK
}
