package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A routing netlink socket in the process's network namespace, and a cursor over the messages of
 * the datagram last received.
 *
 * <p><b>Shape:</b> a datagram holds messages, each {u32 length with this header, u16 type, u16
 * flags, u32 sequence, u32 port id}, a body, padding to 4. Attributes at the end of a body are {u16
 * length with this header, u16 type, value, padding to 4}. Native order.
 *
 * <p><b>Owner:</b> one thread at a time.
 *
 * <p><b>Errors:</b> {@code -errno}; {@code -ENOBUFS} from {@link #receive} says that news were
 * lost.
 *
 * <p><b>Source:</b> netlink(7), rtnetlink(7).
 */
@Confined("opener")
final class NetlinkSocket implements AutoCloseable {
  static final int HEADER_BYTES = 16;
  static final int ATTRIBUTE_BYTES = 4;
  static final int NLMSG_ERROR = 2;

  /** The origin of a datagram from the socket's own namespace (unless that was given an id). */
  static final int HOME = -1;

  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_ACK = 4;
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int NETLINK_ROUTE = 0;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_LISTEN_ALL_NSID = 8;
  private static final int SOCKADDR_BYTES = 12;
  private static final int GROUPS = 8;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int REQUEST_BYTES = 256;

  private final int fd;
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES, 8);
  private final MemorySegment request = Arena.ofAuto().allocate(REQUEST_BYTES, 8);
  private final MessageVector vector = new MessageVector(1);
  private int requestEnd;
  private int sequence;
  private int end;
  private int message;
  private int next;

  private NetlinkSocket(int fd) {
    this.fd = fd;
    vector.data(0, buffer.address(), BUFFER_BYTES);
  }

  /** Opens a non-blocking socket that hears the given groups. */
  static NetlinkSocket open(int groups) throws LinuxException {
    int type = SOCK_RAW | Inet.SOCK_NONBLOCK | Inet.SOCK_CLOEXEC;
    int fd = Libc.socket(AF_NETLINK, type, NETLINK_ROUTE);
    int result = fd;
    if (fd >= 0) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment address = arena.allocate(SOCKADDR_BYTES, 4);
        address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
        address.set(JAVA_INT, GROUPS, groups);
        result = Libc.bind(fd, address.address(), SOCKADDR_BYTES);
      }
      if (result < 0) {
        Libc.close(fd);
      }
    }
    if (result < 0) {
      throw new LinuxException("netlink", -result, "cannot watch the host's interfaces and routes");
    }
    return new NetlinkSocket(fd);
  }

  int number() {
    return fd;
  }

  /**
   * Also hear of the namespaces that this one has an id for, or no longer. It takes
   * CAP_NET_BROADCAST there; without, nothing is heard of them, and nothing says so.
   */
  int hearAllNamespaces(boolean on) {
    return UdpSetup.set(fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, on ? 1 : 0);
  }

  /** Begins a request with a body of zeros, {@link #HEADER_BYTES} into the request's memory. */
  void begin(int type, int bodyBytes) {
    requestEnd = HEADER_BYTES + bodyBytes;
    request.fill((byte) 0);
    request.set(JAVA_SHORT, 4, (short) type);
  }

  /** The request being made. */
  MemorySegment requestMemory() {
    return request;
  }

  /** Adds an attribute that is an int. */
  void attribute(int type, int value) {
    request.set(JAVA_INT, startAttribute(type, Integer.BYTES), value);
  }

  /** Adds an attribute of some bytes; answers where in the request they go. */
  int startAttribute(int type, int bytes) {
    int at = requestEnd;
    request.set(JAVA_SHORT, at, (short) (ATTRIBUTE_BYTES + bytes));
    request.set(JAVA_SHORT, at + 2L, (short) type);
    requestEnd = at + ATTRIBUTE_BYTES + ((bytes + 3) & -4);
    return at + ATTRIBUTE_BYTES;
  }

  /**
   * Sends the request and receives its answer, which the kernel has ready by then. Only for a
   * socket without groups.
   *
   * @return 0, with the cursor on the answer; or the errno that the answer was
   */
  int ask(boolean wantsOnlyErrno) {
    sequence++;
    request.set(JAVA_INT, 0, requestEnd);
    request.set(JAVA_SHORT, 6, (short) (NLM_F_REQUEST | (wantsOnlyErrno ? NLM_F_ACK : 0)));
    request.set(JAVA_INT, 8, sequence);
    request.set(JAVA_INT, 12, 0);
    int result = Libc.send(fd, request.address(), requestEnd, Inet.MSG_NOSIGNAL);
    while (result >= 0) {
      result = receive();
      while (result >= 0 && next()) {
        if (buffer.get(JAVA_INT, message + 8L) == sequence) {
          return type() == NLMSG_ERROR ? buffer.get(JAVA_INT, body()) : 0;
        }
      }
    }
    return result;
  }

  /** Receives one datagram, without waiting; its length or an errno. */
  int receive() {
    end = 0;
    next = 0;
    vector.reset(0);
    int got = Libc.recvmmsg(fd, vector.address(0), 1, Inet.MSG_DONTWAIT);
    if (got <= 0) {
      return got;
    }
    end = Math.min(vector.length(0), BUFFER_BYTES);
    return end;
  }

  /** The id of the namespace that the datagram came from, or {@link #HOME}. */
  int origin() {
    MemorySegment memory = vector.memory();
    int control = vector.control(0);
    // The socket asks for no other control message.
    boolean told =
        vector.controlLength(0) >= Inet.CMSG_HEADER_BYTES + Integer.BYTES
            && memory.get(JAVA_LONG, control) >= Inet.CMSG_HEADER_BYTES + Integer.BYTES
            && memory.get(JAVA_INT, control + 8L) == SOL_NETLINK
            && memory.get(JAVA_INT, control + 12L) == NETLINK_LISTEN_ALL_NSID;
    return told ? memory.get(JAVA_INT, control + Inet.CMSG_HEADER_BYTES) : HOME;
  }

  /** Goes to the next message of the datagram; whether there is one. */
  boolean next() {
    message = next;
    if (message + HEADER_BYTES > end) {
      return false;
    }
    int length = buffer.get(JAVA_INT, message);
    if (length < HEADER_BYTES || length > end - message) {
      return false;
    }
    next = message + ((length + 3) & -4);
    return true;
  }

  int type() {
    return buffer.get(JAVA_SHORT, message + 4L) & 0xffff;
  }

  MemorySegment memory() {
    return buffer;
  }

  /** Where the body of the message begins. */
  int body() {
    return message + HEADER_BYTES;
  }

  /** How long the body is. */
  int bodyBytes() {
    return buffer.get(JAVA_INT, message) - HEADER_BYTES;
  }

  /**
   * Where the value of an attribute begins, or -1 when the message has none of that type with at
   * least so many bytes.
   *
   * @param after the length of the fixed part of the body
   */
  int find(int type, int after, int bytes) {
    int limit = body() + bodyBytes();
    int at = body() + after;
    while (at + ATTRIBUTE_BYTES <= limit) {
      int length = buffer.get(JAVA_SHORT, at) & 0xffff;
      if (length < ATTRIBUTE_BYTES || length > limit - at) {
        return -1;
      }
      if ((buffer.get(JAVA_SHORT, at + 2L) & 0x3fff) == type) {
        return length >= ATTRIBUTE_BYTES + bytes ? at + ATTRIBUTE_BYTES : -1;
      }
      at += (length + 3) & -4;
    }
    return -1;
  }

  @Override
  public void close() {
    Libc.close(fd);
  }
}
