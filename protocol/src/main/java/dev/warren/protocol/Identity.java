package dev.warren.protocol;

import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.packet.owner.Confined;

/** The device's own static key pair. */
@Confined("device")
record Identity(PrivateKey privateKey) {
  PublicKey publicKey() {
    return privateKey.publicKey();
  }
}
