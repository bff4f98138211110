package dev.warren.bench;

import dev.warren.crypto.CryptoEngine;
import dev.warren.crypto.CryptoEngines;

/** The engines by the names that {@code warren.crypto} knows. */
final class Engines {

  private Engines() {}

  static CryptoEngine named(String name) {
    System.setProperty(CryptoEngines.PROPERTY, name);
    return CryptoEngines.inUse();
  }
}
