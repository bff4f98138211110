package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;

/** The engines against each other: a random stream of packets under keys that live for long. */
final class EnginesAgreeTest {

  private static final int PACKETS = 3_000;

  /** What one seals, all seal; what it opens or refuses, all open or refuse. */
  @Test
  void packetByPacket() {
    Random random = new Random(20_260_101);
    byte[] key = Bytes.random(random, 32);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(2048, 64);
      List<Aead> aeads = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (Named<CryptoEngine> engine : Engines.all()) {
        aeads.add(engine.getPayload().aead().create(key, 0));
        names.add(engine.getName());
      }
      for (int packet = 0; packet < PACKETS; packet++) {
        int length = random.nextBoolean() ? random.nextInt(1500) : 16 * random.nextInt(90);
        int offset = random.nextInt(64);
        long counter = random.nextInt(4) == 0 ? random.nextLong() : packet;
        byte[] message = Bytes.random(random, length);
        byte[] expected = new byte[length + Aead.TAG_BYTES];
        for (int i = 0; i < aeads.size(); i++) {
          write(memory, offset, message);
          assertTrue(aeads.get(i).seal(counter, memory, offset, length), names.get(i));
          byte[] sealed = read(memory, offset, expected.length);
          if (i == 0) {
            expected = sealed;
          }
          assertArrayEquals(expected, sealed, names.get(i) + " and " + names.get(0));
        }
        boolean forge = random.nextInt(5) == 0;
        if (forge) {
          expected[random.nextInt(expected.length)] ^= (byte) (1 << random.nextInt(8));
        }
        for (int i = 0; i < aeads.size(); i++) {
          write(memory, offset, expected);
          boolean opened = aeads.get(i).open(counter, memory, offset, expected.length);
          assertEquals(!forge, opened, names.get(i));
          if (opened) {
            assertArrayEquals(message, read(memory, offset, length), names.get(i));
          }
        }
      }
      for (Aead aead : aeads) {
        aead.close();
        assertFalse(aead.seal(0, memory, 0, 0));
      }
    }
  }

  @Test
  void handshakeByHandshake() {
    RandomSource random = Bytes.seeded(7);
    for (int i = 0; i < 50; i++) {
      PublicKey peer = CryptoEngines.jdk().x25519().generate(random).publicKey();
      try (Secret secret = Secret.generate(random)) {
        byte[] expected = new byte[PrivateKey.SHARED_SECRET_BYTES];
        byte[] shared = new byte[PrivateKey.SHARED_SECRET_BYTES];
        try (PrivateKey jdk = CryptoEngines.jdk().x25519().importPrivate(secret)) {
          assertTrue(jdk.agree(peer, expected));
          for (Named<CryptoEngine> engine : Engines.all()) {
            try (PrivateKey key = engine.getPayload().x25519().importPrivate(secret)) {
              assertEquals(jdk.publicKey(), key.publicKey(), engine.getName());
              assertTrue(key.agree(peer, shared), engine.getName());
              assertArrayEquals(expected, shared, engine.getName());
            }
          }
        }
      }
    }
  }

  private static void write(MemorySegment memory, int offset, byte[] bytes) {
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
  }

  private static byte[] read(MemorySegment memory, int offset, int length) {
    return memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
