package dev.warren.linux.route;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.linux.Errno;
import dev.warren.linux.LinuxException;
import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A routing netlink socket in the process's network namespace, for requests and their answers.
 *
 * <p>It hears no news, so all that comes is an answer, and the kernel has the answer ready when the
 * request was sent (rtnetlink works in the sender's call), or makes the next part of a list when it
 * is asked for. So nothing here waits.
 *
 * <p><b>Owner:</b> the thread that opened it.
 *
 * <p><b>Errors:</b> {@link LinuxException} with the request's name, the errno and, where the kernel
 * gives one, its own explanation (extended ack).
 *
 * <p><b>Source:</b> netlink(7), rtnetlink(7); Linux {@code net/netlink/af_netlink.c}.
 */
@Confined("opener")
final class RouteSocket implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int NETLINK_ROUTE = 0;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int NETLINK_GET_STRICT_CHK = 12;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int BUFFER_BYTES = 64 << 10;

  /** How often a list is read anew that changed while it was read. */
  private static final int DUMP_ATTEMPTS = 10;

  private final int fd;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
  private int sequence;

  private RouteSocket(int fd) {
    this.fd = fd;
  }

  static RouteSocket open() throws LinuxException {
    int fd = Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) {
      throw new LinuxException("netlink", -fd, "cannot ask the kernel about the network");
    }
    RouteSocket socket = new RouteSocket(fd);
    // Each is a comfort that an old kernel may lack: words to errors, and lists filtered there.
    socket.enable(NETLINK_CAP_ACK);
    socket.enable(NETLINK_EXT_ACK);
    socket.enable(NETLINK_GET_STRICT_CHK);
    return socket;
  }

  private void enable(int option) {
    buffer.set(JAVA_INT, 0, 1);
    Libc.setsockopt(fd, SOL_NETLINK, option, buffer.address(), Integer.BYTES);
  }

  /**
   * Has the kernel change something.
   *
   * @param what what cannot be done if it refuses, for a person: "add the route ..."; it is only
   *     asked for then, and may use this socket
   */
  void change(RouteMessage request, Supplier<String> what) throws LinuxException {
    for (RouteReply reply : exchange(request, what)) {
      if (reply.type() == RouteReply.NLMSG_ERROR) {
        demand(reply.u32(0), reply, request, what);
        return;
      }
    }
    throw new LinuxException(request.call(), Errno.EIO, "cannot " + what.get() + ": no answer");
  }

  /** Asks for one thing; the answer holds until the next request. */
  RouteReply ask(RouteMessage request, String what) throws LinuxException {
    for (RouteReply reply : exchange(request, () -> what)) {
      if (reply.type() == RouteReply.NLMSG_ERROR) {
        demand(reply.u32(0), reply, request, () -> what);
      } else {
        return reply;
      }
    }
    throw new LinuxException(request.call(), Errno.EIO, "cannot " + what + ": no answer");
  }

  /**
   * Lists all of a kind, as it was at one moment; the reader answers null for what is no entry.
   *
   * @throws LinuxException also for a list that changes each time it is read: what is missing in it
   *     might be there
   */
  <T> List<T> list(RouteMessage request, Function<RouteReply, @Nullable T> reader, String what)
      throws LinuxException {
    for (int i = 0; i < DUMP_ATTEMPTS; i++) {
      List<T> entries = new ArrayList<>();
      if (listOnce(request, reader, entries, () -> what)) {
        return entries;
      }
    }
    throw new LinuxException(
        request.call(), Errno.EAGAIN, "cannot " + what + ": the list changes all the time");
  }

  /** Whether the list did not change while it was read. */
  private <T> boolean listOnce(
      RouteMessage request,
      Function<RouteReply, @Nullable T> reader,
      List<T> entries,
      Supplier<String> what)
      throws LinuxException {
    boolean steady = true;
    List<RouteReply> replies = exchange(request, what);
    while (true) {
      for (RouteReply reply : replies) {
        steady &= (reply.flags() & RouteReply.NLM_F_DUMP_INTR) == 0;
        if (reply.type() == RouteReply.NLMSG_DONE || reply.type() == RouteReply.NLMSG_ERROR) {
          demand(reply.u32(0), reply, request, what);
          return steady;
        }
        T entry = reader.apply(reply);
        if (entry != null) {
          entries.add(entry);
        }
      }
      replies = receive(request, what);
    }
  }

  private List<RouteReply> exchange(RouteMessage request, Supplier<String> what)
      throws LinuxException {
    sequence++;
    byte[] bytes = request.finish(sequence);
    MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
    demand(Libc.send(fd, buffer.address(), bytes.length, 0), null, request, what);
    return receive(request, what);
  }

  /** The messages of the next datagram that answer the present request. */
  private List<RouteReply> receive(RouteMessage request, Supplier<String> what)
      throws LinuxException {
    while (true) {
      int got = Libc.recv(fd, buffer.address(), BUFFER_BYTES, MSG_DONTWAIT);
      if (got == -Errno.EINTR) {
        continue;
      }
      demand(got, null, request, what);
      List<RouteReply> replies = RouteReply.split(buffer.asSlice(0, got));
      // What is left of a list that nobody read to its end.
      if (!replies.isEmpty() && replies.getFirst().sequence() == sequence) {
        return replies;
      }
    }
  }

  private static void demand(
      int result, @Nullable RouteReply reply, RouteMessage request, Supplier<String> what)
      throws LinuxException {
    if (result < 0) {
      String words = reply == null ? null : reply.words();
      String why = words != null ? words : reason(-result);
      // From here on the reply may be overwritten.
      throw new LinuxException(
          request.call(), -result, "cannot " + what.get() + (why.isEmpty() ? "" : ": " + why));
    }
  }

  /** Words for what people meet; the kernel has none of its own for these. */
  private static String reason(int errno) {
    return switch (errno) {
      case Errno.EPERM -> "it takes root, or CAP_NET_ADMIN";
      case Errno.EEXIST -> "there is one already";
      case Errno.ENOENT, Errno.ESRCH -> "there is none";
      case Errno.ENODEV -> "there is no such interface";
      case Errno.ENETUNREACH -> "the network cannot be reached";
      case Errno.EAFNOSUPPORT, Errno.EOPNOTSUPP -> "this kernel cannot do that";
      default -> "";
    };
  }

  @Override
  public void close() {
    Libc.close(fd);
    arena.close();
  }
}
