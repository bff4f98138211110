package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.openssl.Search;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CryptoEnginesTest {

  private final @Nullable String before = System.getProperty(CryptoEngines.PROPERTY);

  @AfterEach
  void restoreProperty() {
    if (before == null) {
      System.clearProperty(CryptoEngines.PROPERTY);
    } else {
      System.setProperty(CryptoEngines.PROPERTY, before);
    }
  }

  @Test
  void prefersBoringssl() {
    CryptoEngine boringssl = Engines.boringssl();
    assertSame(boringssl, CryptoEngines.choose(boringssl, CryptoEnginesTest::none));
    assertEquals("boringssl", boringssl.aead().name());
    assertEquals("boringssl", boringssl.x25519().name());
    assertTrue(
        boringssl.description().matches("(BoringSSL|AWS-LC [0-9.]+) \\(.*libcrypto.*\\.so.*\\)"),
        boringssl.description());
    assertEquals("", CryptoEngines.whyNoBoringssl());
    assertTrue(boringssl.aead().isShareable());
  }

  @Test
  void choosesOneOfThoseThatAreThere() {
    System.clearProperty(CryptoEngines.PROPERTY);
    CryptoEngine chosen = CryptoEngines.inUse();
    assertTrue(
        Engines.all().stream().anyMatch(engine -> engine.getPayload().equals(chosen)),
        chosen.description());
    assertSame(chosen, CryptoEngines.inUse());
  }

  @Test
  void ipsecMbSealsAndAnotherAgrees() {
    CryptoEngine ipsecMb = Engines.ipsecMb();
    assertEquals("ipsec-mb", ipsecMb.aead().name());
    assertTrue(ipsecMb.aead().isShareable());
    assertTrue(
        ipsecMb
            .description()
            .matches("Intel IPsec-MB [12]\\.[0-9] \\(libIPSec_MB\\.so\\.[12]\\), agreements by .+"),
        ipsecMb.description());
    assertEquals("", CryptoEngines.whyNoIpsecMb());
  }

  @Test
  void prefersOpensslToTheJdk() {
    CryptoEngine openssl = Engines.openssl();
    assertSame(openssl, CryptoEngines.choose(null, () -> openssl));
    assertEquals("openssl", openssl.aead().name());
    assertEquals("openssl", openssl.x25519().name());
    assertTrue(
        openssl.description().matches("[A-Za-z]+ [0-9.a-z-]+ \\(libcrypto\\.so.*\\)"),
        openssl.description());
    assertEquals("", CryptoEngines.whyNoOpenssl());
  }

  @Test
  void doesNotEvenLookForOpensslWhenBoringsslIsFast() {
    CryptoEngine boringssl = Engines.boringssl();
    assertSame(
        boringssl,
        CryptoEngines.choose(
            boringssl,
            () -> {
              throw new AssertionError("looked for openssl");
            }));
  }

  @Test
  void takesOpensslWhenTheOtherOneIsSlow() {
    CryptoEngine openssl = Engines.openssl();
    CryptoEngine slow = new CryptoEngine("slow", new SlowEngine(openssl.aead()), openssl.x25519());
    assertSame(openssl, CryptoEngines.choose(slow, () -> openssl));
    assertSame(
        slow, CryptoEngines.choose(slow, CryptoEnginesTest::none), "rather a slow one than none");
    assertSame(slow, CryptoEngines.choose(slow, () -> slow), "the same is not twice as fast");
  }

  @Test
  void takesNobodyWhoDoesNotAgree() {
    CryptoEngine jdk = CryptoEngines.jdk();
    CryptoEngine broken = new CryptoEngine("broken", jdk.aead(), new WrongCurve());
    assertSame(jdk, CryptoEngines.choose(broken, CryptoEnginesTest::none));
    assertSame(jdk, CryptoEngines.choose(null, () -> broken));
    assertSame(jdk, CryptoEngines.choose(null, CryptoEnginesTest::none));
  }

  @Test
  void forcingIsNoWayAroundTheSelfTest() {
    CryptoEngine jdk = CryptoEngines.jdk();
    CryptoEngine broken = new CryptoEngine("broken", jdk.aead(), new WrongCurve());
    Search found = new Search.Found(broken);
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> CryptoEngines.forced("this", found));
    assertEquals("this, but it cannot be used: broken fails its self-test", refusal.getMessage());
  }

  @Test
  void propertyForcesTheJdk() {
    System.setProperty(CryptoEngines.PROPERTY, "jdk");
    assertSame(CryptoEngines.jdk(), CryptoEngines.inUse());
    assertEquals("jdk", CryptoEngines.aead().name());
    assertEquals("jdk", CryptoEngines.x25519().name());
    assertTrue(CryptoEngines.description().startsWith("JDK 2"), CryptoEngines.description());
  }

  @Test
  void propertyForcesALibraryOrFails() {
    forces("openssl", CryptoEngines.openssl(), CryptoEngines.whyNoOpenssl());
    forces("boringssl", CryptoEngines.boringssl(), CryptoEngines.whyNoBoringssl());
  }

  @Test
  void unknownEngineIsTheOperatorsMistake() {
    System.setProperty(CryptoEngines.PROPERTY, "rot13");
    IllegalStateException mistake = assertThrows(IllegalStateException.class, CryptoEngines::inUse);
    assertEquals(
        "warren.crypto is 'rot13'; it may be ipsec-mb, boringssl, openssl or jdk",
        mistake.getMessage());
  }

  private static @Nullable CryptoEngine none() {
    return null;
  }

  private static void forces(String name, @Nullable CryptoEngine engine, String whyNot) {
    System.setProperty(CryptoEngines.PROPERTY, name);
    if (engine == null) {
      assertTrue(whyNot.length() > 10, whyNot);
      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, CryptoEngines::inUse);
      assertEquals(
          "warren.crypto=" + name + ", but it cannot be used: " + whyNot, refusal.getMessage());
    } else {
      assertSame(engine, CryptoEngines.inUse());
      assertEquals("", whyNot);
    }
  }

  /** Whatever the secret, always the same key. */
  private static final class WrongCurve implements X25519 {

    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public PrivateKey importPrivate(Secret secret) {
      return CryptoEngines.jdk().x25519().generate(Bytes.seeded(1));
    }
  }

  /** Seals everything many times over. */
  private record SlowEngine(AeadEngine quick) implements AeadEngine {

    @Override
    public String name() {
      return "slow";
    }

    @Override
    public boolean isShareable() {
      return false;
    }

    @Override
    public Aead create(byte[] key, int offset) {
      Aead aead = quick.create(key, offset);
      return new Aead() {
        @Override
        public boolean seal(long counter, MemorySegment memory, long offset, int length) {
          boolean good = true;
          for (int i = 0; i < 50; i++) {
            good &= aead.seal(counter, memory, offset, length);
          }
          return good;
        }

        @Override
        public boolean open(long counter, MemorySegment memory, long offset, int length) {
          return aead.open(counter, memory, offset, length);
        }

        @Override
        public void close() {
          aead.close();
        }
      };
    }
  }
}
