package dev.warren.interop.stack;

import dev.warren.interop.host.Namespace;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Has this JVM's own sockets and devices opened in a namespace: what is opened there stays there,
 * whichever thread uses it.
 *
 * <p><b>Source:</b> setns(2).
 */
@SuppressWarnings("restricted") // System calls that only these tests need.
final class Inside {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      handle(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  private static final MethodHandle SETNS =
      handle(
          "setns",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private Inside() {}

  private static MethodHandle handle(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type);
  }

  /** Runs something on a thread of its own in there. */
  static <T> T call(Namespace namespace, Callable<T> body) {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              enter("/run/netns/" + namespace.name());
              return body.call();
            });
    Thread.ofPlatform().name("inside-" + namespace.name()).start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void enter(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      int fd = (int) OPEN.invokeExact(name, 0);
      int result = (int) SETNS.invokeExact(fd, CLONE_NEWNET);
      int closed = (int) CLOSE.invokeExact(fd);
      if (fd < 0 || result != 0 || closed != 0) {
        throw new AssertionError("cannot enter " + path);
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
