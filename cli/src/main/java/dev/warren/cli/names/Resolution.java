package dev.warren.cli.names;

import dev.warren.packet.Endpoint;

/** What became of a name. */
public sealed interface Resolution {

  /**
   * It is here.
   *
   * @param endpoint as numbers
   * @param text as the configuration protocol writes it, a zone by its name
   */
  record Found(Endpoint endpoint, String text) implements Resolution {}

  /**
   * It is not known.
   *
   * @param reason in the words of the C library
   * @param permanent whether asking again is useless
   */
  record Failed(String reason, boolean permanent) implements Resolution {}
}
