package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  void prefersOpenssl() {
    CryptoEngine openssl = Engines.openssl();
    System.clearProperty(CryptoEngines.PROPERTY);
    assertSame(openssl, CryptoEngines.inUse());
    assertEquals("openssl", CryptoEngines.aead().name());
    assertEquals("openssl", CryptoEngines.x25519().name());
    assertTrue(
        CryptoEngines.description().matches("[A-Za-z]+ [0-9.a-z-]+ \\(libcrypto\\.so.*\\)"),
        CryptoEngines.description());
    assertEquals("", CryptoEngines.whyNoOpenssl());
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
  void propertyForcesOpensslOrFails() {
    System.setProperty(CryptoEngines.PROPERTY, "openssl");
    if (CryptoEngines.openssl() == null) {
      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, CryptoEngines::inUse);
      assertEquals(
          "warren.crypto=openssl, but it cannot be used: " + CryptoEngines.whyNoOpenssl(),
          refusal.getMessage());
    } else {
      assertSame(CryptoEngines.openssl(), CryptoEngines.inUse());
    }
  }

  @Test
  void unknownEngineIsTheOperatorsMistake() {
    System.setProperty(CryptoEngines.PROPERTY, "rot13");
    IllegalStateException mistake = assertThrows(IllegalStateException.class, CryptoEngines::inUse);
    assertEquals("warren.crypto is 'rot13'; it may be openssl or jdk", mistake.getMessage());
  }

  @Test
  void absenceComesWithItsReason() {
    if (CryptoEngines.openssl() == null) {
      assertTrue(CryptoEngines.whyNoOpenssl().length() > 10, CryptoEngines.whyNoOpenssl());
    } else {
      assertNotNull(CryptoEngines.openssl());
      assertEquals("", CryptoEngines.whyNoOpenssl());
    }
  }
}
