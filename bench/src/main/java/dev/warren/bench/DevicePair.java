package dev.warren.bench;

import dev.warren.crypto.CryptoEngine;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.protocol.Device;
import dev.warren.protocol.Outbox;
import dev.warren.protocol.config.AllowedIpEdit;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.PeerChange;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/** Two devices that know each other: 10.0.0.1 on the left, 10.0.0.2 on the right. */
final class DevicePair implements AutoCloseable {

  private static final long START = 1_000_000_000_000L;

  private static final long SECOND = 1_000_000_000;
  private static final int KEEPALIVE_SECONDS = 25;

  private final Wire leftWire = new Wire();
  private final Wire rightWire = new Wire();
  private final Endpoint leftEndpoint = new Endpoint(address("192.0.2.1"), 51820);
  private final Endpoint rightEndpoint = new Endpoint(address("192.0.2.2"), 51820);
  private final Device left;
  private final Device right;
  private long now = START;

  DevicePair(CryptoEngine engine) {
    left = device(engine, leftWire);
    right = device(engine, rightWire);
    Secret leftSecret = Secret.generate(RandomSource.secure());
    Secret rightSecret = Secret.generate(RandomSource.secure());
    PublicKey leftKey = publicKey(engine, leftSecret);
    PublicKey rightKey = publicKey(engine, rightSecret);
    configure(left, leftSecret, rightKey, rightEndpoint, "10.0.0.2/32", KEEPALIVE_SECONDS);
    configure(right, rightSecret, leftKey, leftEndpoint, "10.0.0.1/32", 0);
    right.up(now);
  }

  private Device device(CryptoEngine engine, Wire wire) {
    return new Device(
        engine.x25519(), engine.aead(), RandomSource.secure(), () -> now + SECOND, wire);
  }

  private static PublicKey publicKey(CryptoEngine engine, Secret secret) {
    try (PrivateKey key = engine.x25519().importPrivate(secret)) {
      return key.publicKey();
    }
  }

  private static void configure(
      Device device,
      Secret own,
      PublicKey peer,
      Endpoint endpoint,
      String allowedIp,
      int keepaliveSeconds) {
    PeerChange.Builder change = new PeerChange.Builder(peer);
    change.endpoint(endpoint);
    change.persistentKeepalive(keepaliveSeconds);
    change.allowedIp(new AllowedIpEdit(Objects.requireNonNull(Prefix.parse(allowedIp)), false));
    int errno =
        device.apply(new DeviceChange(own, null, null, true, List.of(change.build())), START);
    if (errno != 0) {
      throw new IllegalStateException("a device refuses its configuration: " + errno);
    }
  }

  private static IpAddress address(String text) {
    return Objects.requireNonNull(IpAddress.parse(text));
  }

  Device left() {
    return left;
  }

  Device right() {
    return right;
  }

  /** The devices' clock, which stands still between handshakes: keys never grow old. */
  long now() {
    return now;
  }

  Endpoint leftEndpoint() {
    return leftEndpoint;
  }

  /** A whole handshake, until both may send. */
  void shakeHands() {
    initiate();
    respond();
    conclude();
    rightTakes();
  }

  /** The left device forgets its keys and makes an initiation, a second after the one before. */
  void initiate() {
    left.down();
    now += SECOND;
    // Whoever has keepalives to send shakes hands as soon as it is up.
    left.up(now);
    left.outbox().flush();
  }

  /** The right device takes the initiation and makes a response. */
  void respond() {
    rightTakes();
  }

  /** The left device takes the response and makes the keepalive that confirms the keys. */
  void conclude() {
    left.onDatagrams(rightWire.batch, now);
    left.onHandshakes(1, now);
    left.outbox().flush();
  }

  private void rightTakes() {
    right.onDatagrams(leftWire.batch, now);
    right.onHandshakes(1, now);
    right.outbox().flush();
  }

  /** What a device sent last, as the other one will receive it. */
  private final class Wire implements Outbox.Outlet {
    private final Batch batch = new Batch(4, 8192);

    @Override
    public void sendDatagrams(Batch sent) {
      batch.clear();
      int slot = batch.reserve(sent.length(0));
      MemorySegment.copy(
          sent.memory(), sent.offset(0), batch.memory(), batch.offset(slot), sent.length(0));
      batch.endpoint(slot, this == leftWire ? leftEndpoint : rightEndpoint);
    }

    @Override
    public void writePackets(Batch written) {}
  }

  @Override
  public void close() {
    left.close();
    right.close();
  }
}
