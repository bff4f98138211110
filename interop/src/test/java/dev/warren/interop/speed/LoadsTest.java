package dev.warren.interop.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.protocol.Device;
import dev.warren.protocol.DropReason;
import dev.warren.protocol.Outbox;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.PeerChange;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The bed's loads cost a responder what they claim to. */
class LoadsTest {
  private static final int RESPONSE = 2;
  private static final int TRANSPORT_DATA = 4;

  private final Secret secret = Secret.generate(RandomSource.secure());
  private final PublicKey key = publicKey(secret);
  private final Endpoint anywhere = endpoint("192.0.2.1");
  private final List<byte[]> sent = new ArrayList<>();
  private final Device responder =
      new Device(
          CryptoEngines.x25519(),
          CryptoEngines.aead(),
          RandomSource.secure(),
          () -> 1_000_000_000,
          gatherInto(sent));

  /** A wrong mac1 would be dropped before it costs anything. */
  @Test
  void forgedInitiationsPassTheFirstCheck() {
    configure();
    receive(ForgedFlood.forge(key), 1);
    assertEquals(1, responder.counters().dropped(DropReason.INVALID_INITIATION));
    assertEquals(0, responder.counters().dropped(DropReason.INVALID_MAC1));
    assertEquals(0, sent.size());
  }

  @Test
  void initiatorsShakeHandsAgainAndAgain() {
    Secret own = Secret.generate(RandomSource.secure());
    configure(new PeerChange.Builder(publicKey(own)).build());
    List<byte[]> fromInitiator = new ArrayList<>();
    Initiator initiator = new Initiator(own, key, endpoint("192.0.2.2"), gatherInto(fromInitiator));
    long now = 1;
    for (int i = 0; i < 3; i++, now += Initiator.INTERVAL_NANOS) {
      initiator.begin(now);
      assertEquals(1, fromInitiator.size());
      receive(fromInitiator.removeFirst(), now);
      assertEquals(1, sent.size());
      assertEquals(RESPONSE, sent.getFirst()[0]);
      initiator.receive(MemorySegment.ofArray(sent.removeFirst()), now);
      assertEquals(1, fromInitiator.size());
      assertEquals(TRANSPORT_DATA, fromInitiator.getFirst()[0]);
      receive(fromInitiator.removeFirst(), now);
    }
    for (DropReason reason : DropReason.values()) {
      assertEquals(0, responder.counters().dropped(reason), reason.name());
    }
  }

  private void configure(PeerChange... peers) {
    assertEquals(0, responder.apply(new DeviceChange(secret, null, null, true, List.of(peers)), 1));
    responder.up(1);
  }

  private void receive(byte[] message, long now) {
    Batch batch = new Batch(1, 4096);
    int slot = batch.reserve(message.length);
    MemorySegment.copy(
        message, 0, batch.memory(), ValueLayout.JAVA_BYTE, batch.offset(slot), message.length);
    batch.endpoint(slot, anywhere);
    responder.onDatagrams(batch, now);
    responder.onHandshakes(1, now);
    responder.outbox().flush();
  }

  private static Outbox.Outlet gatherInto(List<byte[]> messages) {
    return new Outbox.Outlet() {
      @Override
      public void sendDatagrams(Batch batch) {
        for (int slot = 0; slot < batch.count(); slot++) {
          messages.add(
              batch
                  .memory()
                  .asSlice(batch.offset(slot), batch.length(slot))
                  .toArray(ValueLayout.JAVA_BYTE));
        }
      }

      @Override
      public void writePackets(Batch batch) {}
    };
  }

  private static PublicKey publicKey(Secret secret) {
    try (PrivateKey key = CryptoEngines.x25519().importPrivate(secret)) {
      return key.publicKey();
    }
  }

  private static Endpoint endpoint(String address) {
    return new Endpoint(Objects.requireNonNull(IpAddress.parse(address)), 51820);
  }
}
