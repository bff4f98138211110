package dev.warren.interop;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.RandomSource;
import dev.warren.interop.host.Identity;
import dev.warren.packet.Batch;
import dev.warren.protocol.Device;
import dev.warren.protocol.Outbox;
import dev.warren.protocol.uapi.UapiParser;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An initiation as a machine sends it whose clock is ahead. Whoever takes it will refuse all that
 * the machine sends once its clock is right again.
 */
final class FutureInitiation {
  private FutureInitiation() {}

  /** The message that makes {@code from} known to {@code to} as of a while ahead of now. */
  static byte[] of(Side from, Side to, Duration ahead) {
    List<byte[]> sent = new ArrayList<>();
    Outbox.Outlet outlet =
        new Outbox.Outlet() {
          @Override
          public void sendDatagrams(Batch batch) {
            for (int i = 0; i < batch.count(); i++) {
              sent.add(
                  batch
                      .memory()
                      .asSlice(batch.offset(i), batch.length(i))
                      .toArray(ValueLayout.JAVA_BYTE));
            }
          }

          @Override
          public void writePackets(Batch batch) {}
        };
    Instant then = Instant.now().plus(ahead);
    Device device =
        new Device(
            CryptoEngines.x25519(),
            CryptoEngines.aead(),
            RandomSource.secure(),
            () -> then.getEpochSecond() * 1_000_000_000L,
            outlet);
    device.up(0);
    // The keepalive has it say something at once, and that takes a handshake.
    String request =
        "set=1\nprivate_key=%s\npublic_key=%s\nendpoint=%s\npersistent_keepalive_interval=25\n\n"
            .formatted(
                Identity.hex(from.privateKey()),
                Identity.hex(to.publicKey()),
                to.endpoint(OuterFamily.IPV4));
    try {
      if (new UapiParser(new StringReader(request), name -> 0).next()
          instanceof UapiParser.Set(var change)) {
        device.apply(change, 0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    device.outbox().flush();
    device.close();
    if (sent.isEmpty()) {
      throw new AssertionError("no initiation was made");
    }
    return sent.getFirst();
  }
}
