package dev.warren.crypto.openssl;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shared library that stays loaded, and its functions as handles.
 *
 * <p>Libraries of OpenSSL's family export the same names, so two in one process must not see each
 * other. The JDK loads a library with {@code dlopen} and without {@code RTLD_GLOBAL}: its symbols
 * serve nobody else, and handles are bound to the address found in this library alone. Only where
 * somebody preloads one of them (LD_PRELOAD) would the others call into it.
 *
 * <p>Functions called for each packet are bound as {@code critical}: they neither block nor call
 * back, and leaving out the thread's state change saves a third of a call's cost. The others may
 * load providers and read files on their first use, so they are ordinary calls.
 *
 * <p><b>Owner:</b> any thread; immutable.
 *
 * <p><b>Errors:</b> a {@link LinkageError} when library or function is missing.
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class Library {

  private static final Linker LINKER = Linker.nativeLinker();

  private final String fileName;
  private final SymbolLookup symbols;

  private Library(String fileName, SymbolLookup symbols) {
    this.fileName = fileName;
    this.symbols = symbols;
  }

  /** Loads the first of these that is there: paths, or names that the dynamic linker knows. */
  static Library loadFirst(List<String> fileNames) {
    for (String fileName : fileNames) {
      @Nullable SymbolLookup symbols = load(fileName);
      if (symbols != null) {
        return new Library(fileName, symbols);
      }
    }
    throw new UnsatisfiedLinkError(
        fileNames.size() == 1
            ? "cannot load " + fileNames.getFirst()
            : "none of " + String.join(", ", fileNames) + " is on this system");
  }

  String fileName() {
    return fileName;
  }

  boolean has(String function) {
    return symbols.find(function).isPresent();
  }

  MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(result, arguments));
  }

  MethodHandle bindVoid(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(symbol(name), FunctionDescriptor.ofVoid(arguments));
  }

  /** For what is called per packet; such functions return an int. */
  MethodHandle bindCritical(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), Linker.Option.critical(false));
  }

  /** The same for a function whose address the library keeps in its own tables. */
  static MethodHandle bindCriticalAt(MemorySegment function, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(function, descriptor, Linker.Option.critical(false));
  }

  /** A downcall handle of exact type throws nothing; the compiler cannot know. */
  static AssertionError impossible(Throwable e) {
    return new AssertionError("a native call threw", e);
  }

  private MemorySegment symbol(String name) {
    return symbols
        .find(name)
        .orElseThrow(() -> new UnsatisfiedLinkError(fileName + " has no " + name));
  }

  private static @Nullable SymbolLookup load(String fileName) {
    try {
      return SymbolLookup.libraryLookup(fileName, Arena.global());
    } catch (IllegalArgumentException e) {
      return null; // not on this system under that name
    }
  }
}
