package dev.warren.linux.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.warren.packet.owner.Shared;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of this room, one method each.
 *
 * <p>Pointers are raw addresses ({@code long}): a {@link MemorySegment} per call would be garbage
 * on the data path. The caller keeps the memory alive until the call is back.
 *
 * <p>No call is bound as {@code critical}: most of them can block, and the others cost a hundred
 * times what that would save.
 *
 * <p><b>Owner:</b> any thread. The place where a call leaves its errno is the thread's own.
 *
 * <p><b>Errors:</b> every method answers a result {@code >= 0} or {@code -errno}.
 *
 * <p><b>Source:</b> section 2 of the Linux manual; the types are those of the 64-bit ABIs of x86-64
 * and aarch64. Functions with {@code ...} in C are bound as variadic: some ABIs pass such arguments
 * differently.
 */
@Shared
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
  private static final long ERRNO_OFFSET =
      STATE_LAYOUT.byteOffset(PathElement.groupElement("errno"));

  // Automatic arenas: a thread's few bytes go when the thread goes.
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE_LAYOUT));

  private static final MethodHandle OPEN = bindVariadic("open", 2, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = bindInt("close", JAVA_INT);
  private static final MethodHandle READ = bindLong("read", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle WRITE = bindLong("write", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle READV = bindLong("readv", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle WRITEV = bindLong("writev", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle IOCTL =
      bindVariadic("ioctl", 2, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PPOLL =
      bindInt("ppoll", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle EVENTFD = bindInt("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle SOCKET = bindInt("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SOCKETPAIR =
      bindInt("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle BIND = bindInt("bind", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle GETSOCKNAME =
      bindInt("getsockname", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SETSOCKOPT =
      bindInt("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      bindInt("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SEND =
      bindLong("send", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV =
      bindLong("recv", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECVMMSG =
      bindInt("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle SENDMMSG =
      bindInt("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle MMAP =
      bindLong("mmap", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = bindInt("munmap", JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SETSID = bindInt("setsid");
  private static final MethodHandle DUP2 = bindInt("dup2", JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOCK_GETTIME = bindInt("clock_gettime", JAVA_INT, JAVA_LONG);

  private Libc() {}

  /** Opens a file that need not be created. */
  public static int open(String path, int flags) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      return result((int) OPEN.invokeExact(state, arena.allocateFrom(path), flags), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int close(int fd) {
    MemorySegment state = STATE.get();
    try {
      return result((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int read(int fd, long address, long length) {
    MemorySegment state = STATE.get();
    try {
      return result((long) READ.invokeExact(state, fd, address, length), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int write(int fd, long address, long length) {
    MemorySegment state = STATE.get();
    try {
      return result((long) WRITE.invokeExact(state, fd, address, length), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Reads into {@code count} pieces of memory, one after another. */
  public static int readv(int fd, long iovecs, int count) {
    MemorySegment state = STATE.get();
    try {
      return result((long) READV.invokeExact(state, fd, iovecs, count), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Writes {@code count} pieces of memory as one. */
  public static int writev(int fd, long iovecs, int count) {
    MemorySegment state = STATE.get();
    try {
      return result((long) WRITEV.invokeExact(state, fd, iovecs, count), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Calls ioctl with an argument that is a pointer or a number, as the request has it. */
  public static int ioctl(int fd, long request, long argument) {
    MemorySegment state = STATE.get();
    try {
      return result((int) IOCTL.invokeExact(state, fd, request, argument), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Polls {@code count} pollfds for as long as the timespec says; 0 for no limit. */
  public static int ppoll(long pollfds, int count, long timespec) {
    MemorySegment state = STATE.get();
    try {
      return result((int) PPOLL.invokeExact(state, pollfds, (long) count, timespec, 0L), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int eventfd(int initial, int flags) {
    MemorySegment state = STATE.get();
    try {
      return result((int) EVENTFD.invokeExact(state, initial, flags), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int socket(int domain, int type, int protocol) {
    MemorySegment state = STATE.get();
    try {
      return result((int) SOCKET.invokeExact(state, domain, type, protocol), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Makes two joined sockets; their numbers go to two ints at the address. */
  public static int socketpair(int domain, int type, int protocol, long pair) {
    MemorySegment state = STATE.get();
    try {
      return result((int) SOCKETPAIR.invokeExact(state, domain, type, protocol, pair), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int bind(int fd, long address, int length) {
    MemorySegment state = STATE.get();
    try {
      return result((int) BIND.invokeExact(state, fd, address, length), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int getsockname(int fd, long address, long lengthAddress) {
    MemorySegment state = STATE.get();
    try {
      return result((int) GETSOCKNAME.invokeExact(state, fd, address, lengthAddress), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int setsockopt(int fd, int level, int name, long address, int length) {
    MemorySegment state = STATE.get();
    try {
      return result((int) SETSOCKOPT.invokeExact(state, fd, level, name, address, length), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int getsockopt(int fd, int level, int name, long address, long lengthAddress) {
    MemorySegment state = STATE.get();
    try {
      return result(
          (int) GETSOCKOPT.invokeExact(state, fd, level, name, address, lengthAddress), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int send(int fd, long address, long length, int flags) {
    MemorySegment state = STATE.get();
    try {
      return result((long) SEND.invokeExact(state, fd, address, length, flags), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int recv(int fd, long address, long length, int flags) {
    MemorySegment state = STATE.get();
    try {
      return result((long) RECV.invokeExact(state, fd, address, length, flags), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Receives up to {@code count} datagrams; the timeout of the C function is left out. */
  public static int recvmmsg(int fd, long mmsghdrs, int count, int flags) {
    MemorySegment state = STATE.get();
    try {
      return result((int) RECVMMSG.invokeExact(state, fd, mmsghdrs, count, flags, 0L), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int sendmmsg(int fd, long mmsghdrs, int count, int flags) {
    MemorySegment state = STATE.get();
    try {
      return result((int) SENDMMSG.invokeExact(state, fd, mmsghdrs, count, flags), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Maps fresh pages of zeros; answers their address, or {@code -errno}. */
  public static long mmapAnonymous(long bytes) {
    int readWrite = 3;
    int privateAnonymous = 0x22;
    MemorySegment state = STATE.get();
    try {
      long address = (long) MMAP.invokeExact(state, 0L, bytes, readWrite, privateAnonymous, -1, 0L);
      return address == -1 ? -state.get(JAVA_INT, ERRNO_OFFSET) : address;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int munmap(long address, long bytes) {
    MemorySegment state = STATE.get();
    try {
      return result((int) MUNMAP.invokeExact(state, address, bytes), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int setsid() {
    MemorySegment state = STATE.get();
    try {
      return result((int) SETSID.invokeExact(state), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int dup2(int from, int to) {
    MemorySegment state = STATE.get();
    try {
      return result((int) DUP2.invokeExact(state, from, to), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static int clockGettime(int clock, long timespec) {
    MemorySegment state = STATE.get();
    try {
      return result((int) CLOCK_GETTIME.invokeExact(state, clock, timespec), state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static int result(long value, MemorySegment state) {
    return value >= 0 ? (int) value : -state.get(JAVA_INT, ERRNO_OFFSET);
  }

  private static MethodHandle bindInt(String name, ValueLayout... arguments) {
    return bind(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle bindLong(String name, ValueLayout... arguments) {
    return bind(name, FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  private static MethodHandle bindVariadic(String name, int fixed, ValueLayout... arguments) {
    return bind(
        name, FunctionDescriptor.of(JAVA_INT, arguments), Linker.Option.firstVariadicArg(fixed));
  }

  @SuppressWarnings("restricted") // Calling native code is this class's whole purpose.
  private static MethodHandle bind(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    all[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(options, 0, all, 1, options.length);
    MemorySegment symbol =
        LINKER
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
    return LINKER.downcallHandle(symbol, descriptor, all);
  }

  private static RuntimeException unexpected(Throwable t) {
    // A downcall itself throws nothing: what arrives here is the JVM's (out of memory) or our bug.
    if (t instanceof Error e) {
      throw e;
    }
    if (t instanceof RuntimeException e) {
      throw e;
    }
    throw new AssertionError(t);
  }
}
