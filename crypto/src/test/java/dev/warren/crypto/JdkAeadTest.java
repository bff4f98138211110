package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** What {@link AeadTest} cannot see from outside. */
final class JdkAeadTest {

  @Test
  void closingWipesKeyAndPlaintext() throws ReflectiveOperationException {
    Aead aead = CryptoEngines.jdk().aead().create(Bytes.counting(1, 32), 0);
    try (Arena arena = Arena.ofConfined()) {
      assertTrue(aead.seal(0, arena.allocate(100).fill((byte) 7), 0, 80));
    }
    Object workspace = Traces.field(aead, "workspace");
    byte[] key = (byte[]) Traces.field(Traces.field(aead, "key"), "bytes");
    assertArrayEquals(Bytes.counting(1, 32), key);
    aead.close();
    assertArrayEquals(new byte[32], key);
    for (String name : new String[] {"nonce", "piece", "tag"}) {
      byte[] array = (byte[]) Traces.field(workspace, name);
      assertArrayEquals(new byte[array.length], array, name);
    }
    Traces.assertAllZero(Traces.field(workspace, "authenticator"));
  }
}
