package dev.warren.crypto.openssl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The functions of OpenSSL's libcrypto that we call, under their own names in C; those for keys are
 * in {@link LibCryptoKeys}.
 *
 * <p>Only what OpenSSL 1.1.1 and 3 have in common must be there. Pointers are {@code long}: a
 * segment for each would have to be made for each packet, and our callers hold the memory anyway.
 * Size_t is {@code long} too. So this works on 64-bit systems only, which {@link Search} makes sure
 * of.
 *
 * <p><b>Errors:</b> loading this class fails with a {@code LinkageError} when the library or one of
 * its functions is missing. The functions themselves report by their return value: 1 is good.
 *
 * <p><b>Source:</b> the manual pages EVP_EncryptInit(3), EVP_chacha20_poly1305(3) and
 * OpenSSL_version(3).
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class LibCrypto {

  static final int EVP_CTRL_AEAD_GET_TAG = 0x10;
  static final int EVP_CTRL_AEAD_SET_TAG = 0x11;

  static final int ENCRYPT = 1;
  static final int DECRYPT = 0;
  static final long NULL = 0;

  private static final int OPENSSL_VERSION = 0;

  /** Newest first: where two are installed, the older is there for some old program's sake. */
  private static final Library LIBRARY =
      Library.loadFirst(List.of("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"));

  private static final MethodHandle OPENSSL_VERSION_TEXT =
      LIBRARY.bind("OpenSSL_version", ValueLayout.ADDRESS, JAVA_INT);

  private static final MethodHandle CHACHA20_POLY1305 =
      LIBRARY.bind("EVP_chacha20_poly1305", JAVA_LONG);
  private static final MethodHandle CTX_NEW = LIBRARY.bind("EVP_CIPHER_CTX_new", JAVA_LONG);
  private static final MethodHandle CTX_FREE = LIBRARY.bindVoid("EVP_CIPHER_CTX_free", JAVA_LONG);

  /** Not critical: the first one may load providers and read files. */
  private static final MethodHandle CIPHER_INIT =
      LIBRARY.bind(
          "EVP_CipherInit_ex",
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT);

  private static final MethodHandle CIPHER_UPDATE =
      LIBRARY.bindCritical(
          "EVP_CipherUpdate", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);

  /**
   * Not critical either: after an ordinary call the JDK clears the upper halves of the vector
   * registers. OpenSSL's AVX-512 code leaves them in use, and each SSE instruction after that is
   * slow: a packet of 64 bytes took {@link EvpAead} 640 ns, and takes 385 so.
   */
  private static final MethodHandle CIPHER_FINAL =
      LIBRARY.bind("EVP_CipherFinal_ex", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private LibCrypto() {}

  /** Bound by the first one to ask for it: {@link EvpParamAead} needs none. */
  private static final class Control {

    static final MethodHandle CTX_CTRL =
        LIBRARY.bindCritical("EVP_CIPHER_CTX_ctrl", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
  }

  /** Bound by the first one to ask for them: OpenSSL 1.1.1 has no such functions. */
  private static final class Params {

    static final MethodHandle SET =
        LIBRARY.bindCritical("EVP_CIPHER_CTX_set_params", JAVA_LONG, JAVA_LONG);
    static final MethodHandle GET =
        LIBRARY.bindCritical("EVP_CIPHER_CTX_get_params", JAVA_LONG, JAVA_LONG);
  }

  static Library library() {
    return LIBRARY;
  }

  /** Whether this is OpenSSL 3 or later, which takes parameters. */
  static boolean takesParams() {
    return LIBRARY.has("EVP_CIPHER_CTX_set_params");
  }

  /** Returns the library's version and the file it came from, for the log. */
  static String description() {
    MemorySegment text;
    try {
      text = (MemorySegment) OPENSSL_VERSION_TEXT.invokeExact(OPENSSL_VERSION);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
    String version =
        text.reinterpret(Integer.MAX_VALUE).getString(0); // "OpenSSL 3.0.17 1 Jul 2025"
    String[] words = version.split(" ", 3);
    String product = words.length < 2 ? version : words[0] + " " + words[1];
    return product + " (" + LIBRARY.fileName() + ")";
  }

  // ChaCha20-Poly1305, in the order of a context's life.

  static long cipherChaCha20Poly1305() {
    try {
      return (long) CHACHA20_POLY1305.invokeExact();
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static long cipherCtxNew() {
    try {
      return (long) CTX_NEW.invokeExact();
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Sets the cipher and its key; the nonce comes with each packet. */
  static int cipherInitWithKey(long ctx, long cipher, long key, int direction) {
    try {
      return (int) CIPHER_INIT.invokeExact(ctx, cipher, NULL, key, NULL, direction);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Sets direction and nonce, and keeps cipher and key. */
  static int cipherInit(long ctx, long nonce, int direction) {
    try {
      return (int) CIPHER_INIT.invokeExact(ctx, NULL, NULL, NULL, nonce, direction);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static int cipherUpdate(long ctx, long out, long outLength, long in, int length) {
    try {
      return (int) CIPHER_UPDATE.invokeExact(ctx, out, outLength, in, length);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static int cipherFinal(long ctx, long out, long outLength) {
    try {
      return (int) CIPHER_FINAL.invokeExact(ctx, out, outLength);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static int cipherCtxCtrl(long ctx, int command, int argument, long pointer) {
    try {
      return (int) Control.CTX_CTRL.invokeExact(ctx, command, argument, pointer);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Sets what an array of OSSL_PARAM says. */
  static int cipherCtxSetParams(long ctx, long params) {
    try {
      return (int) Params.SET.invokeExact(ctx, params);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Fills in what an array of OSSL_PARAM asks for. */
  static int cipherCtxGetParams(long ctx, long params) {
    try {
      return (int) Params.GET.invokeExact(ctx, params);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Frees the context, and cleanses the key in it. */
  static void cipherCtxFree(long ctx) {
    try {
      CTX_FREE.invokeExact(ctx);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }
}
