package dev.warren.embed.port;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Thinning;
import dev.warren.packet.UdpPort;
import dev.warren.packet.owner.Confined;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A UDP port by the JDK's channels: one socket for both families, as the JDK makes them, or for
 * IPv4 alone where there is no other.
 *
 * <p>The JDK tells neither the address that a datagram came to nor its TOS byte, and sets no mark:
 * the kernel chooses the source of each answer. The TOS byte to send is set where it differs from
 * the datagram's before.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> {@code -errno}, by Linux's numbers on every system.
 */
@Confined("device")
public final class ChannelUdp implements UdpPort {
  private static final int EINVAL = 22;
  private static final int EIO = 5;
  private static final int EAGAIN = 11;
  private static final int EPERM = 1;
  private static final int EACCES = 13;
  private static final int EBADF = 9;
  private static final int EDESTADDRREQ = 89;
  private static final int EMSGSIZE = 90;
  private static final int EOPNOTSUPP = 95;
  private static final int EADDRINUSE = 98;
  private static final int ENETUNREACH = 101;
  private static final int EHOSTUNREACH = 113;

  private static final int MAX_DATAGRAM = 65_535;
  private static final int MAX_PAYLOAD = 65_507;
  private static final int KNOWN_ENDPOINTS = 4096;
  private static final int BUFFER_BYTES = 4 << 20;

  private final SelectorDoorbell doorbell;
  private final Map<SocketAddress, Endpoint> senders = new HashMap<>();
  private final Map<Endpoint, InetSocketAddress> receivers = new HashMap<>();
  private @Nullable DatagramChannel channel;
  private int port;
  private int tos;
  private final View received = new View();
  private final View sent = new View();

  /** A port that is yet to be bound, and wakes this doorbell. */
  public ChannelUdp(SelectorDoorbell doorbell) {
    this.doorbell = doorbell;
  }

  @Override
  public int bind(int wanted) {
    if (isBound() && wanted == port) {
      return port;
    }
    DatagramChannel opened = null;
    try {
      opened = DatagramChannel.open();
      opened.configureBlocking(false);
      wish(opened, StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
      wish(opened, StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
      opened.bind(new InetSocketAddress(wanted));
      doorbell.watch(opened);
      int bound = ((InetSocketAddress) opened.getLocalAddress()).getPort();
      unbind();
      channel = opened;
      port = bound;
      return bound;
    } catch (IOException e) {
      close(opened);
      return -errno(e);
    }
  }

  private static <T> void wish(DatagramChannel channel, SocketOption<T> option, T value) {
    try {
      channel.setOption(option, value);
    } catch (IOException | UnsupportedOperationException e) {
      // Only a wish.
    }
  }

  private static void close(@Nullable DatagramChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Its descriptor is gone all the same.
      }
    }
  }

  @Override
  public void unbind() {
    if (channel != null) {
      close(channel);
      channel = null;
      doorbell.forgetClosed();
    }
    port = 0;
    tos = 0;
    senders.clear();
    receivers.clear();
  }

  @Override
  public boolean isBound() {
    return channel != null;
  }

  @Override
  public int mark(int fwmark) {
    return fwmark == 0 ? 0 : -EOPNOTSUPP;
  }

  @Override
  public int thin(Thinning thinning) {
    return thinning.isNone() ? 0 : -EOPNOTSUPP;
  }

  @Override
  public int receive(Batch batch) {
    batch.clear();
    DatagramChannel from = channel;
    if (from == null) {
      return 0;
    }
    ByteBuffer buffer = received.of(batch);
    int offset = 0;
    try {
      while (batch.count() < batch.capacity()) {
        int room = Math.min(buffer.capacity() - offset, MAX_DATAGRAM);
        if (room < MAX_DATAGRAM && !batch.isEmpty()) {
          break;
        }
        buffer.limit(offset + room).position(offset);
        SocketAddress sender = from.receive(buffer);
        if (sender == null) {
          break;
        }
        int length = buffer.position() - offset;
        // One that fills a room too small for any may have lost its end.
        if (length < room || room == MAX_DATAGRAM) {
          int slot = batch.append(offset, length);
          batch.endpoint(slot, endpoint(sender));
          offset += (length + 7) & -8;
        }
      }
    } catch (ClosedChannelException e) {
      return batch.isEmpty() ? -EBADF : batch.count();
    } catch (IOException e) {
      // News of a datagram sent before, such as that it could not be delivered: nobody waits for
      // it.
      return batch.count();
    }
    return batch.count();
  }

  private Endpoint endpoint(SocketAddress sender) {
    Endpoint known = senders.get(sender);
    if (known != null) {
      return known;
    }
    if (senders.size() >= KNOWN_ENDPOINTS) {
      senders.clear();
    }
    InetSocketAddress from = (InetSocketAddress) sender;
    InetAddress address = from.getAddress();
    int scope = address instanceof Inet6Address v6 ? v6.getScopeId() : 0;
    Endpoint made = new Endpoint(Addresses.of(address), from.getPort(), scope, null, 0);
    senders.put(sender, made);
    return made;
  }

  @Override
  public int send(Batch batch, SendListener listener) {
    DatagramChannel to = channel;
    if (to == null || batch.isEmpty()) {
      return 0;
    }
    ByteBuffer buffer = sent.of(batch);
    int accepted = 0;
    int last = 0;
    for (int slot = 0; slot < batch.count(); slot++) {
      int errno = send(to, batch, slot, buffer);
      if (errno == 0) {
        accepted++;
      } else {
        last = errno;
        listener.failed(slot, errno);
      }
    }
    return accepted == 0 ? -last : accepted;
  }

  private int send(DatagramChannel to, Batch batch, int slot, ByteBuffer buffer) {
    Endpoint endpoint = batch.endpoint(slot);
    if (endpoint == null) {
      return EDESTADDRREQ;
    }
    int length = batch.length(slot);
    if (length > MAX_PAYLOAD) {
      return EMSGSIZE;
    }
    if (endpoint.port() == 0) {
      return EINVAL;
    }
    if (batch.tos(slot) != tos) {
      tos = batch.tos(slot);
      wish(to, StandardSocketOptions.IP_TOS, tos);
    }
    int offset = batch.offset(slot);
    buffer.limit(offset + length).position(offset);
    try {
      return to.send(buffer, receiver(endpoint)) == length ? 0 : EAGAIN;
    } catch (IOException | IllegalArgumentException e) {
      return errno(e);
    }
  }

  private InetSocketAddress receiver(Endpoint endpoint) throws UnknownHostException {
    InetSocketAddress known = receivers.get(endpoint);
    if (known != null) {
      return known;
    }
    if (receivers.size() >= KNOWN_ENDPOINTS) {
      receivers.clear();
    }
    IpAddress ours = endpoint.address();
    InetAddress address = Addresses.of(ours);
    if (endpoint.scopeId() != 0 && ours.isLinkLocalV6()) {
      address = Inet6Address.getByAddress(null, address.getAddress(), endpoint.scopeId());
    }
    InetSocketAddress made = new InetSocketAddress(address, endpoint.port());
    receivers.put(endpoint, made);
    return made;
  }

  /** The JDK tells what the kernel said by words alone. */
  private static int errno(Exception e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof BindException) {
      return message.contains("denied") ? EACCES : EADDRINUSE;
    }
    if (e instanceof NoRouteToHostException || message.contains("No route")) {
      return EHOSTUNREACH;
    }
    if (message.contains("unreachable")) {
      return ENETUNREACH;
    }
    if (message.contains("too l")) {
      return EMSGSIZE;
    }
    if (message.contains("denied")) {
      return EACCES;
    }
    return message.contains("not permitted") ? EPERM : EIO;
  }

  @Override
  public void close() {
    close(channel);
    channel = null;
    port = 0;
  }

  /** The memory of the batch last seen, as channels want it. */
  private static final class View {
    private @Nullable Batch batch;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    ByteBuffer of(Batch wanted) {
      if (batch != wanted) {
        batch = wanted;
        buffer = wanted.memory().asByteBuffer();
      }
      return buffer;
    }
  }
}
