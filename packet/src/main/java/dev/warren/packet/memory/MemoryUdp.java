package dev.warren.packet.memory;

import dev.warren.packet.Batch;
import dev.warren.packet.Doorbell;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Thinning;
import dev.warren.packet.UdpPort;
import dev.warren.packet.owner.Shared;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A UDP port on a {@link MemoryNetwork}, with local addresses that a test may add and remove while
 * it is open.
 *
 * <p>It is strict where the contract of {@link UdpPort} is loose: datagrams lie in a batch back to
 * back, without alignment or room between them; a sticky source that is no longer an address of
 * this host is reported and left out, as Linux would have it. A share of a half lets in every
 * second message, with no chance in it.
 *
 * <p><b>Owner:</b> any thread; the network's lock guards it.
 */
@Shared
public final class MemoryUdp implements UdpPort {
  /** The most datagrams that wait; further ones are dropped, as by a full socket buffer. */
  public static final int QUEUE_DATAGRAMS = 4096;

  private static final int EADDRINUSE = 98;
  private static final int EMSGSIZE = 90;
  private static final int ENETUNREACH = 101;
  private static final int MAX_PAYLOAD = 65507;

  private final MemoryNetwork network;

  /** Local addresses in order of preference, each with the index of its interface. */
  private final Map<IpAddress, Integer> addresses = new LinkedHashMap<>();

  private final Queue<Datagram> queue = new ArrayDeque<>();
  private @Nullable Doorbell doorbell;
  private int port;
  private int mark;
  private long droppedCount;
  private Thinning thinning = Thinning.NONE;
  private final double[] due = new double[Thinning.KINDS];

  /** A host with the given addresses on its interface 1. */
  public MemoryUdp(MemoryNetwork network, IpAddress... addresses) {
    this.network = network;
    for (IpAddress address : addresses) {
      this.addresses.put(address, 1);
    }
  }

  /** Sets the doorbell that a datagram's arrival rings; null for none. */
  public void doorbell(@Nullable Doorbell newDoorbell) {
    synchronized (network) {
      doorbell = newDoorbell;
    }
  }

  /** Gives the host one more address. */
  public void addAddress(IpAddress address, int interfaceIndex) {
    synchronized (network) {
      addresses.put(address, interfaceIndex);
      if (port != 0) {
        network.register(address, port, this);
      }
    }
  }

  /** Takes an address from the host; what is sent there is lost, sticky sources go stale. */
  public void removeAddress(IpAddress address) {
    synchronized (network) {
      if (addresses.remove(address) != null && port != 0) {
        network.unregister(address, port);
      }
    }
  }

  /** The bound port, or 0. */
  public int port() {
    synchronized (network) {
      return port;
    }
  }

  /** The mark last set. */
  public int mark() {
    synchronized (network) {
      return mark;
    }
  }

  /** What was last set to be let in. */
  public Thinning thinning() {
    synchronized (network) {
      return thinning;
    }
  }

  /** How many datagrams found the queue full or no batch big enough. */
  public long droppedCount() {
    synchronized (network) {
      return droppedCount;
    }
  }

  @Override
  public int bind(int wanted) {
    synchronized (network) {
      int chosen = wanted == 0 ? freePort() : wanted;
      if (!isFree(chosen)) {
        return -EADDRINUSE;
      }
      unbind();
      port = chosen;
      for (IpAddress address : addresses.keySet()) {
        network.register(address, port, this);
      }
      return port;
    }
  }

  @Override
  public void unbind() {
    synchronized (network) {
      if (port != 0) {
        for (IpAddress address : addresses.keySet()) {
          network.unregister(address, port);
        }
      }
      port = 0;
      queue.clear();
    }
  }

  @Override
  public boolean isBound() {
    return port() != 0;
  }

  @Override
  public int mark(int fwmark) {
    synchronized (network) {
      mark = fwmark;
      return 0;
    }
  }

  @Override
  public int thin(Thinning newThinning) {
    synchronized (network) {
      thinning = newThinning;
      return 0;
    }
  }

  @Override
  public int receive(Batch batch) {
    synchronized (network) {
      batch.clear();
      int offset = 0;
      for (Datagram next; (next = queue.peek()) != null && batch.count() < batch.capacity(); ) {
        if (offset + next.length() > batch.memory().byteSize()) {
          if (!batch.isEmpty()) {
            break;
          }
          droppedCount++;
        } else {
          next.copyTo(batch.memory(), offset);
          int slot = batch.append(offset, next.length());
          batch.endpoint(slot, arrival(next));
          batch.tos(slot, next.tos());
          offset += next.length();
        }
        queue.remove();
      }
      return batch.count();
    }
  }

  @Override
  public int send(Batch batch, SendListener listener) {
    synchronized (network) {
      int accepted = 0;
      int lastErrno = 0;
      for (int slot = 0; port != 0 && slot < batch.count(); slot++) {
        int errno = sendSlot(batch, slot, listener);
        if (errno == 0) {
          accepted++;
        } else {
          lastErrno = errno;
          listener.failed(slot, errno);
        }
      }
      return accepted == 0 ? -lastErrno : accepted;
    }
  }

  @Override
  public void close() {
    unbind();
  }

  /** Takes a datagram off the network; the network calls it under its lock. */
  boolean enqueue(Datagram datagram) {
    if (!letsIn(datagram)) {
      return false;
    }
    if (queue.size() == QUEUE_DATAGRAMS) {
      droppedCount++;
      return false;
    }
    queue.add(datagram);
    if (doorbell != null) {
      doorbell.ring();
    }
    return true;
  }

  private boolean letsIn(Datagram datagram) {
    if (thinning.isNone()) {
      return true;
    }
    int kind = datagram.kind();
    if (kind == Thinning.TRANSPORT_DATA) {
      return true;
    }
    due[kind] += thinning.share(kind);
    if (due[kind] < 1) {
      return false;
    }
    due[kind]--;
    return true;
  }

  private int sendSlot(Batch batch, int slot, SendListener listener) {
    Endpoint to = batch.endpoint(slot);
    if (to == null) {
      throw new IllegalArgumentException("slot " + slot + " has no endpoint");
    }
    if (to.isSticky() && !isValidSource(to)) {
      listener.sourceInvalid(to);
      to = to.withoutSource();
    }
    IpAddress source = to.source() != null ? to.source() : localAddress(to);
    if (source == null) {
      return ENETUNREACH;
    }
    int length = batch.length(slot);
    if (length > MAX_PAYLOAD) {
      return EMSGSIZE;
    }
    byte[] payload =
        batch.memory().asSlice(batch.offset(slot), length).toArray(ValueLayout.JAVA_BYTE);
    network.send(new Datagram(new Endpoint(source, port), to, batch.tos(slot), mark, payload));
    return 0;
  }

  private boolean isValidSource(Endpoint to) {
    IpAddress source = to.source();
    if (source == null) {
      return addresses.containsValue(to.sourceInterface());
    }
    Integer at = addresses.get(source);
    return at != null && (to.sourceInterface() == 0 || at == to.sourceInterface());
  }

  private @Nullable IpAddress localAddress(Endpoint to) {
    for (Map.Entry<IpAddress, Integer> entry : addresses.entrySet()) {
      boolean fits = to.sourceInterface() == 0 || entry.getValue() == to.sourceInterface();
      if (fits && entry.getKey().isV6() == to.address().isV6()) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** The endpoint that a receiver sees: the sender, and where the datagram came in. */
  private Endpoint arrival(Datagram datagram) {
    IpAddress to = datagram.destination().address();
    int interfaceIndex = addresses.getOrDefault(to, 0);
    Endpoint from = datagram.source();
    int scopeId = from.address().isLinkLocalV6() ? interfaceIndex : 0;
    return new Endpoint(from.address(), from.port(), scopeId, to, interfaceIndex);
  }

  private boolean isFree(int candidate) {
    for (IpAddress address : addresses.keySet()) {
      if (!network.isFree(address, candidate, this)) {
        return false;
      }
    }
    return true;
  }

  private int freePort() {
    int candidate = network.nextEphemeralPort();
    while (!isFree(candidate)) {
      candidate = network.nextEphemeralPort();
    }
    return candidate;
  }
}
