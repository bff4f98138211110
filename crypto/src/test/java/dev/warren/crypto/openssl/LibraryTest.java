package dev.warren.crypto.openssl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.warren.crypto.Engines;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LibraryTest {

  @Test
  void saysWhatItDidNotFind() {
    UnsatisfiedLinkError none =
        assertThrows(
            UnsatisfiedLinkError.class,
            () -> Library.loadFirst(List.of("libwarren-1.so", "/no/such/libwarren-2.so")));
    assertEquals(
        "none of libwarren-1.so, /no/such/libwarren-2.so is on this system", none.getMessage());
    UnsatisfiedLinkError one =
        assertThrows(
            UnsatisfiedLinkError.class, () -> Library.loadFirst(List.of("/no/such/library.so")));
    assertEquals("cannot load /no/such/library.so", one.getMessage());
  }

  @Test
  void saysWhichFunctionIsMissing() {
    Engines.openssl();
    Library library = LibCrypto.library();
    UnsatisfiedLinkError missing =
        assertThrows(
            UnsatisfiedLinkError.class,
            () -> library.bind("EVP_aead_chacha20_poly1305", ValueLayout.JAVA_LONG));
    assertEquals(library.fileName() + " has no EVP_aead_chacha20_poly1305", missing.getMessage());
  }

  /** The operator's own library, if named, is the only one to be tried. */
  @Test
  void looksWhereTheOperatorSays() {
    assertEquals(List.of("/opt/libcrypto.so"), LibBoringSsl.fileNames("/opt/libcrypto.so"));
    assertEquals("libcrypto-awslc.so.1", LibBoringSsl.fileNames("").getFirst());
  }

  @Test
  void failuresBecomeReasons() {
    assertEquals(
        new Search.Absent("no such library"),
        Search.of(
            () -> {
              throw new UnsatisfiedLinkError("no such library");
            }));
    assertEquals(
        new Search.Absent("forbidden"),
        Search.of(
            () -> {
              throw new ExceptionInInitializerError(new IllegalCallerException("forbidden"));
            }));
    assertInstanceOf(
        Search.Absent.class,
        Search.of(
            () -> {
              throw new IllegalStateException();
            }));
  }
}
