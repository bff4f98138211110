package dev.warren.crypto.openssl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libcrypto that we call, under their own names in C.
 *
 * <p>Only what OpenSSL 1.1.1 and 3 have in common is bound. Pointers are {@code long}: a segment
 * for each would have to be made for each packet, and our callers hold the memory anyway. Size_t is
 * {@code long} too. So this works on 64-bit systems only, which {@link OpenSsl} makes sure of.
 *
 * <p>The calls made for each packet are {@code critical}: they neither block nor call back, and
 * leaving out the thread's state change saves a third of a call's cost. The others may load
 * providers and read files on their first use, so they are ordinary calls.
 *
 * <p><b>Errors:</b> loading this class fails with a {@code LinkageError} when the library or one of
 * its functions is missing. The functions themselves report by their return value: 1 is good.
 *
 * <p><b>Source:</b> the manual pages EVP_EncryptInit(3), EVP_chacha20_poly1305(3),
 * EVP_PKEY_derive(3), EVP_PKEY_new(3) and OpenSSL_version(3).
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class LibCrypto {

  static final int EVP_CTRL_AEAD_GET_TAG = 0x10;
  static final int EVP_CTRL_AEAD_SET_TAG = 0x11;
  static final int EVP_PKEY_X25519 = 1034;

  static final int ENCRYPT = 1;
  static final int DECRYPT = 0;
  static final long NULL = 0;

  /** Newest first: where two are installed, the older is there for some old program's sake. */
  private static final String[] FILE_NAMES = {
    "libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so",
  };

  private static final int OPENSSL_VERSION = 0;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final String FILE_NAME;
  private static final SymbolLookup SYMBOLS;

  static {
    @Nullable SymbolLookup symbols = null;
    String fileName = "";
    for (int i = 0; symbols == null && i < FILE_NAMES.length; i++) {
      fileName = FILE_NAMES[i];
      symbols = load(fileName);
    }
    if (symbols == null) {
      throw new UnsatisfiedLinkError("no libcrypto on this system");
    }
    FILE_NAME = fileName;
    SYMBOLS = symbols;
  }

  private static final MethodHandle OPENSSL_VERSION_TEXT =
      bind("OpenSSL_version", ValueLayout.ADDRESS, JAVA_INT);

  private static final MethodHandle CHACHA20_POLY1305 = bind("EVP_chacha20_poly1305", JAVA_LONG);
  private static final MethodHandle CTX_NEW = bind("EVP_CIPHER_CTX_new", JAVA_LONG);
  private static final MethodHandle CTX_FREE = bindVoid("EVP_CIPHER_CTX_free", JAVA_LONG);
  private static final MethodHandle CIPHER_INIT_WITH_KEY =
      bind(
          "EVP_CipherInit_ex",
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT);

  private static final MethodHandle CIPHER_INIT =
      bindCritical(
          "EVP_CipherInit_ex", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle CIPHER_UPDATE =
      bindCritical("EVP_CipherUpdate", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle CIPHER_FINAL =
      bindCritical("EVP_CipherFinal_ex", JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle CTX_CTRL =
      bindCritical("EVP_CIPHER_CTX_ctrl", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);

  private static final MethodHandle NEW_RAW_PRIVATE_KEY =
      bind("EVP_PKEY_new_raw_private_key", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle NEW_RAW_PUBLIC_KEY =
      bind("EVP_PKEY_new_raw_public_key", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle GET_RAW_PUBLIC_KEY =
      bind("EVP_PKEY_get_raw_public_key", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PKEY_FREE = bindVoid("EVP_PKEY_free", JAVA_LONG);
  private static final MethodHandle PKEY_CTX_NEW =
      bind("EVP_PKEY_CTX_new", JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PKEY_CTX_FREE = bindVoid("EVP_PKEY_CTX_free", JAVA_LONG);
  private static final MethodHandle DERIVE_INIT = bind("EVP_PKEY_derive_init", JAVA_INT, JAVA_LONG);
  private static final MethodHandle DERIVE_SET_PEER =
      bind("EVP_PKEY_derive_set_peer", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle DERIVE =
      bind("EVP_PKEY_derive", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private LibCrypto() {}

  /** Returns the library's version and the file it came from, for the log. */
  static String description() {
    MemorySegment text;
    try {
      text = (MemorySegment) OPENSSL_VERSION_TEXT.invokeExact(OPENSSL_VERSION);
    } catch (Throwable e) {
      throw impossible(e);
    }
    String version =
        text.reinterpret(Integer.MAX_VALUE).getString(0); // "OpenSSL 3.0.17 1 Jul 2025"
    String[] words = version.split(" ", 3);
    String product = words.length < 2 ? version : words[0] + " " + words[1];
    return product + " (" + FILE_NAME + ")";
  }

  // ChaCha20-Poly1305, in the order of a context's life.

  static long cipherChaCha20Poly1305() {
    try {
      return (long) CHACHA20_POLY1305.invokeExact();
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long cipherCtxNew() {
    try {
      return (long) CTX_NEW.invokeExact();
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Sets the cipher and its key; the nonce comes with each packet. */
  static int cipherInitWithKey(long ctx, long cipher, long key, int direction) {
    try {
      return (int) CIPHER_INIT_WITH_KEY.invokeExact(ctx, cipher, NULL, key, NULL, direction);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Sets direction and nonce, and keeps cipher and key. */
  static int cipherInit(long ctx, long nonce, int direction) {
    try {
      return (int) CIPHER_INIT.invokeExact(ctx, NULL, NULL, NULL, nonce, direction);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int cipherUpdate(long ctx, long out, long outLength, long in, int length) {
    try {
      return (int) CIPHER_UPDATE.invokeExact(ctx, out, outLength, in, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int cipherFinal(long ctx, long out, long outLength) {
    try {
      return (int) CIPHER_FINAL.invokeExact(ctx, out, outLength);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int cipherCtxCtrl(long ctx, int command, int argument, long pointer) {
    try {
      return (int) CTX_CTRL.invokeExact(ctx, command, argument, pointer);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Frees the context, and cleanses the key in it. */
  static void cipherCtxFree(long ctx) {
    try {
      CTX_FREE.invokeExact(ctx);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  // X25519, in the order of a key's life.

  static long newRawPrivateKey(long bytes, long length) {
    try {
      return (long) NEW_RAW_PRIVATE_KEY.invokeExact(EVP_PKEY_X25519, NULL, bytes, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long newRawPublicKey(long bytes, long length) {
    try {
      return (long) NEW_RAW_PUBLIC_KEY.invokeExact(EVP_PKEY_X25519, NULL, bytes, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int getRawPublicKey(long key, long out, long length) {
    try {
      return (int) GET_RAW_PUBLIC_KEY.invokeExact(key, out, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static long pkeyCtxNew(long key) {
    try {
      return (long) PKEY_CTX_NEW.invokeExact(key, NULL);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int deriveInit(long ctx) {
    try {
      return (int) DERIVE_INIT.invokeExact(ctx);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int deriveSetPeer(long ctx, long peer) {
    try {
      return (int) DERIVE_SET_PEER.invokeExact(ctx, peer);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int derive(long ctx, long out, long length) {
    try {
      return (int) DERIVE.invokeExact(ctx, out, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void pkeyCtxFree(long ctx) {
    try {
      PKEY_CTX_FREE.invokeExact(ctx);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Frees the key, and cleanses it. */
  static void pkeyFree(long key) {
    try {
      PKEY_FREE.invokeExact(key);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static @Nullable SymbolLookup load(String fileName) {
    try {
      return SymbolLookup.libraryLookup(fileName, Arena.global());
    } catch (IllegalArgumentException e) {
      return null; // not on this system under that name
    }
  }

  private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(result, arguments));
  }

  private static MethodHandle bindVoid(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(symbol(name), FunctionDescriptor.ofVoid(arguments));
  }

  private static MethodHandle bindCritical(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), Linker.Option.critical(false));
  }

  private static MemorySegment symbol(String name) {
    return SYMBOLS
        .find(name)
        .orElseThrow(() -> new UnsatisfiedLinkError(FILE_NAME + " has no " + name));
  }

  /** A downcall handle of exact type throws nothing; the compiler cannot know. */
  private static AssertionError impossible(Throwable e) {
    return new AssertionError("a native call threw", e);
  }
}
