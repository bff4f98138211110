package dev.warren.embed.dns;

import dev.warren.packet.owner.Shared;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What servers said, for as long as they allow it.
 *
 * <p>{@value #MAX_ENTRIES} entries at most, the one not asked for longest goes first. Addresses
 * stay an hour at most, absences a quarter of one, failures {@value #FAILURE_SECONDS} seconds.
 *
 * <p><b>Owner:</b> any thread; one lock, held for a look into a table.
 *
 * <p><b>Source:</b> RFC 1035 section 7.4, RFC 2308 sections 5 and 7, RFC 8020 (what does not exist
 * has nothing below it), RFC 9520 (failures are remembered).
 */
@Shared
final class DnsCache {
  static final int MAX_ENTRIES = 1024;
  static final long MAX_TTL_SECONDS = 3600;
  static final long MAX_ABSENCE_SECONDS = 900;
  static final long FAILURE_SECONDS = 5;
  private static final int ANY = 255;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private record Key(DnsName name, int type) {}

  private record Known(DnsOutcome outcome, long untilNanos) {}

  private final LongSupplier nanoClock;
  private final Map<Key, Known> entries =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  DnsCache(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  synchronized @Nullable DnsOutcome get(DnsName name, int type) {
    DnsOutcome known = current(new Key(name, type));
    for (DnsName above = name; known == null && above != null; above = above.parent()) {
      known = current(new Key(above, ANY));
    }
    return known;
  }

  private @Nullable DnsOutcome current(Key key) {
    Known entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (nanoClock.getAsLong() - entry.untilNanos >= 0) {
      entries.remove(key);
      return null;
    }
    return entry.outcome;
  }

  synchronized void put(DnsName name, int type, DnsOutcome outcome) {
    switch (outcome) {
      case DnsOutcome.Found found ->
          put(new Key(name, type), outcome, Math.min(found.ttlSeconds(), MAX_TTL_SECONDS));
      case DnsOutcome.NoAddress absent ->
          put(new Key(name, type), outcome, Math.min(absent.ttlSeconds(), MAX_ABSENCE_SECONDS));
      case DnsOutcome.NoName absent -> {
        long seconds = Math.min(absent.ttlSeconds(), MAX_ABSENCE_SECONDS);
        put(new Key(absent.denied(), ANY), outcome, seconds);
        // An alias exists, even where what it leads to does not.
        put(new Key(name, type), outcome, seconds);
      }
      case DnsOutcome.Failed failed -> put(new Key(name, type), outcome, FAILURE_SECONDS);
      case DnsOutcome.Alias alias -> {}
    }
  }

  private void put(Key key, DnsOutcome outcome, long seconds) {
    if (seconds > 0) {
      entries.put(key, new Known(outcome, nanoClock.getAsLong() + seconds * NANOS_PER_SECOND));
    }
  }

  synchronized void clear() {
    entries.clear();
  }

  synchronized int size() {
    return entries.size();
  }
}
