package dev.warren.embed.dns;

import dev.warren.packet.owner.Confined;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A name and a type while they are asked for.
 *
 * <p><b>Owner:</b> the thread that resolves.
 */
@Confined("resolving")
final class DnsQuestion {
  final DnsName asked;
  final int type;

  /** Where aliases led to so far. */
  private DnsName name;

  private int aliases;
  private long ttlSeconds = Integer.MAX_VALUE;

  private boolean extended;
  private @Nullable DnsQuery query;
  private @Nullable DnsReply reply;
  private String trouble = "";
  private @Nullable DnsOutcome outcome;

  DnsQuestion(DnsName asked, int type) {
    this.asked = asked;
    this.type = type;
    this.name = asked;
  }

  /** A new id and new letters, for a server that is asked now. */
  byte[] ask(boolean withExtension, RandomGenerator random) {
    extended = withExtension;
    DnsQuery made = new DnsQuery(name, type, withExtension, random);
    query = made;
    reply = null;
    trouble = "";
    return made.message();
  }

  DnsQuery.Echo echo(byte[] message, int length) {
    return query == null ? DnsQuery.Echo.FOREIGN : query.echo(message, length);
  }

  boolean isExtended() {
    return extended;
  }

  /** Takes what a server said; not what is its own trouble, which is noted. */
  void answered(DnsReply answer) {
    query = null;
    if (answer.isDefinite()) {
      reply = answer;
    } else {
      trouble = answer.codeText();
    }
  }

  void failed(String why) {
    query = null;
    trouble = why;
  }

  /** Notes what is wrong with an answer, while a better one may still come. */
  void note(String why) {
    trouble = why;
  }

  boolean isWaiting() {
    return query != null;
  }

  boolean hasReply() {
    return reply != null;
  }

  boolean hasAddresses() {
    DnsReply answer = reply;
    return answer != null && answer.answers().stream().anyMatch(record -> record.type() == type);
  }

  /** Empty where there was no answer. */
  String trouble() {
    return trouble;
  }

  /** Follows the reply's aliases: the outcome, or the next name to be asked for. */
  void follow() {
    DnsReply answer = reply;
    if (answer == null) {
      return;
    }
    reply = null;
    DnsOutcome now = DnsOutcome.of(answer, name, type, aliases);
    switch (now) {
      case DnsOutcome.Alias alias -> {
        name = alias.target();
        aliases = alias.aliases();
        ttlSeconds = Math.min(ttlSeconds, alias.ttlSeconds());
      }
      case DnsOutcome.Found found ->
          outcome =
              new DnsOutcome.Found(found.addresses(), Math.min(ttlSeconds, found.ttlSeconds()));
      default -> outcome = now;
    }
  }

  void end(DnsOutcome ending) {
    outcome = ending;
  }

  @Nullable DnsOutcome outcome() {
    return outcome;
  }
}
