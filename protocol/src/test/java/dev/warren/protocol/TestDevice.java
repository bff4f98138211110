package dev.warren.protocol;

import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.Prefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A device whose surroundings a test plays: the wire, the interface, both clocks and the dice.
 *
 * <p>What the device sends and writes, from batches and from its outbox alike, gathers in {@link
 * #sent} and {@link #written}.
 */
final class TestDevice {
  static final long SECOND = Messages.SECOND;

  /** A moment to begin at: no test may depend on the clock's origin. */
  static final long START = 1_000 * SECOND;

  /** A message on the wire. */
  static final class Message {
    private final byte[] bytes;
    private final Endpoint to;
    private final int tos;

    Message(byte[] bytes, Endpoint to, int tos) {
      this.bytes = bytes;
      this.to = to;
      this.tos = tos;
    }

    byte[] bytes() {
      return bytes;
    }

    Endpoint to() {
      return to;
    }

    int tos() {
      return tos;
    }

    int type() {
      return Messages.getInt(bytes, 0);
    }

    @Override
    public String toString() {
      return "message of type " + type() + ", " + bytes.length + " bytes, to " + to;
    }
  }

  final Device device;
  final Endpoint endpoint;
  final PublicKey key;
  final List<Message> sent = new ArrayList<>();
  final List<byte[]> written = new ArrayList<>();
  long epochNanos = 1_700_000_000L * SECOND + 123_456_789;

  private final Secret secret;
  private final Batch batch = new Batch(64, Arena.ofAuto().allocate(1 << 20, 64));

  /** A device that is up, has a key made of {@code seed}, and is at {@code address}. */
  TestDevice(long seed, String address) {
    this(seed, address, CryptoEngines.aead());
  }

  TestDevice(long seed, String address, AeadEngine aead) {
    SeededRandom random = new SeededRandom(seed);
    secret = Secret.generate(random);
    endpoint = new Endpoint(Packets.address(address), 51820);
    Outbox.Outlet outlet =
        new Outbox.Outlet() {
          @Override
          public void sendDatagrams(Batch messages) {
            gatherSent(messages);
          }

          @Override
          public void writePackets(Batch packets) {
            gatherWritten(packets);
          }
        };
    device = new Device(CryptoEngines.x25519(), aead, random, () -> epochNanos, outlet);
    device.setPrivateKey(Secret.parseHex(secret.revealHex()));
    key = identity().publicKey();
    device.up(START);
  }

  /** Two devices that know each other: 10.0.0.1 and fd00::1 here, 10.0.0.2 and fd00::2 there. */
  static TestDevice[] pair(long seed) {
    TestDevice alice = new TestDevice(seed, "192.0.2.1");
    TestDevice bob = new TestDevice(~seed, "192.0.2.2");
    alice.knows(bob, "10.0.0.2/32", "fd00::2/128");
    bob.knows(alice, "10.0.0.1/32", "fd00::1/128");
    return new TestDevice[] {alice, bob};
  }

  /** Two devices with a confirmed keypair that the first initiated. */
  static TestDevice[] connectedPair(long seed, long now) {
    TestDevice[] pair = pair(seed);
    pair[0].initiate(pair[1], now);
    settle(now, pair);
    pair[0].sent.clear();
    return pair;
  }

  Identity identity() {
    return Objects.requireNonNull(device.identity());
  }

  Peer knows(TestDevice other, String... allowedIps) {
    Peer peer = device.addPeer(other.key);
    peer.endpoint(other.endpoint);
    for (String prefix : allowedIps) {
      device.allowedIps().insert(Objects.requireNonNull(Prefix.parse(prefix)), peer);
    }
    return peer;
  }

  Peer peer(TestDevice other) {
    return Objects.requireNonNull(device.peer(other.key));
  }

  Keypair current(TestDevice other) {
    return Objects.requireNonNull(peer(other).keypairs().current());
  }

  Handshake handshake(TestDevice other) {
    return peer(other).handshake();
  }

  void presharedKey(TestDevice other, int fill) {
    byte[] bytes = new byte[Secret.BYTES];
    Arrays.fill(bytes, (byte) fill);
    handshake(other).presharedKey(fill == 0 ? null : Secret.of(bytes, 0));
  }

  long dropped(DropReason reason) {
    return device.counters().dropped(reason);
  }

  /** All drops together. */
  long dropped() {
    long sum = 0;
    for (DropReason reason : DropReason.values()) {
      sum += dropped(reason);
    }
    return sum;
  }

  // The interface's side.

  /** Packets come from the interface, as one batch. */
  void tun(long now, byte[]... packets) {
    batch.clear();
    for (byte[] packet : packets) {
      int slot = batch.reserve(packet.length);
      put(packet, batch.offset(slot));
    }
    device.onTunPackets(batch, now);
    device.outbox().flush();
    gatherSent(batch);
  }

  // The wire's side.

  /**
   * Begins a handshake; its initiation is in {@link #sent}, unless a handshake message was sent too
   * short a time ago. Otherwise it is not left to a retry that may be due soon.
   */
  void initiate(TestDevice other, long now) {
    Peer peer = peer(other);
    if (peer.maySendHandshake(now)) {
      peer.resetLastSentHandshake();
    }
    device.initiateHandshake(peer, now);
    device.outbox().flush();
  }

  /** A datagram arrives, without a byte to spare around it, and whatever it causes is done. */
  void datagram(Endpoint from, int tos, byte[] message, long now) {
    batch.clear();
    put(message, 1);
    int slot = batch.append(1, message.length);
    batch.endpoint(slot, from);
    batch.tos(slot, tos);
    device.onDatagrams(batch, now);
    gatherWritten(batch);
    device.onHandshakes(Integer.MAX_VALUE, now);
    device.outbox().flush();
  }

  void datagram(TestDevice from, byte[] message, long now) {
    datagram(from.endpoint, 0, message, now);
  }

  /** Lets the timers do what is due. */
  void deadline(long now) {
    device.onDeadline(now);
    device.outbox().flush();
  }

  /** Takes the messages sent so far. */
  List<Message> takeSent() {
    List<Message> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  /** Takes the one message that was sent. */
  Message takeOnlySent() {
    List<Message> taken = takeSent();
    if (taken.size() != 1) {
      throw new AssertionError("sent " + taken.size() + " messages, not one");
    }
    return taken.getFirst();
  }

  /** Carries messages until nobody has anything more to say; no time passes. */
  static void settle(long now, TestDevice... devices) {
    boolean busy = true;
    while (busy) {
      busy = false;
      for (TestDevice from : devices) {
        for (Message message : from.takeSent()) {
          for (TestDevice to : devices) {
            if (to.endpoint.sameRemote(message.to())) {
              to.datagram(from.endpoint, message.tos(), message.bytes(), now);
              busy = true;
            }
          }
        }
      }
    }
  }

  /** Seals any bytes as transport data, also such that no device would send. */
  byte[] sealed(TestDevice other, byte[] plain) {
    Keypair keypair = current(other);
    long counter = keypair.nextCounter();
    int length = plain.length + Messages.DATA_OVERHEAD_BYTES;
    MemorySegment memory = Arena.ofAuto().allocate(length);
    memory.set(Messages.INT_LE, Messages.TYPE_OFFSET, Messages.TYPE_TRANSPORT_DATA);
    memory.set(Messages.INT_LE, Messages.DATA_RECEIVER_OFFSET, keypair.remoteIndex());
    memory.set(Messages.LONG_LE, Messages.DATA_COUNTER_OFFSET, counter);
    memory.asSlice(Messages.DATA_HEADER_BYTES).copyFrom(MemorySegment.ofArray(plain));
    if (!keypair.sealing().seal(counter, memory, Messages.DATA_HEADER_BYTES, plain.length)) {
      throw new AssertionError("not sealed");
    }
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }

  /** Puts the right mac1 for this device's key on a message that a test has changed. */
  byte[] withMac1(byte[] message) {
    byte[] stamped = message.clone();
    new PeerCookie(key).stamp(stamped, stamped.length, START);
    return stamped;
  }

  private void put(byte[] bytes, int offset) {
    MemorySegment.copy(bytes, 0, batch.memory(), ValueLayout.JAVA_BYTE, offset, bytes.length);
  }

  private void gatherSent(Batch messages) {
    for (int slot = 0; slot < messages.count(); slot++) {
      sent.add(
          new Message(
              bytes(messages, slot),
              Objects.requireNonNull(messages.endpoint(slot)),
              messages.tos(slot)));
    }
  }

  private void gatherWritten(Batch packets) {
    for (int slot = 0; slot < packets.count(); slot++) {
      written.add(bytes(packets, slot));
    }
  }

  private static byte[] bytes(Batch batch, int slot) {
    return batch
        .memory()
        .asSlice(batch.offset(slot), batch.length(slot))
        .toArray(ValueLayout.JAVA_BYTE);
  }
}
