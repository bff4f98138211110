package dev.warren.linux.route;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs a test in a network namespace of its own, which is gone with the thread it runs on. */
final class PrivateNetwork {
  private static final int CLONE_NEWNET = 0x40000000;

  @SuppressWarnings("restricted") // A system call that only this test needs.
  private static final MethodHandle UNSHARE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("unshare").orElseThrow(),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private PrivateNetwork() {}

  /** What a test does there. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  static void run(Body body) throws Exception {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .name("private-network")
            .start(
                () -> {
                  try {
                    if ((int) UNSHARE.invokeExact(CLONE_NEWNET) != 0) {
                      throw new AssertionError("unshare refused");
                    }
                    body.run();
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                });
    thread.join();
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError(thrown);
    }
  }
}
