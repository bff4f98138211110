package dev.warren.config.proxy;

import dev.warren.config.Problem;
import dev.warren.packet.owner.Immutable;
import java.util.List;

/** What became of reading a proxy's file. */
public sealed interface ProxyResult {

  /**
   * It can be used.
   *
   * @param warnings what is odd, in the order of lines
   */
  @Immutable
  record Good(ProxyFile file, List<Problem> warnings) implements ProxyResult {}

  /**
   * It cannot.
   *
   * @param problems all of them and what is odd besides, in the order of lines
   */
  @Immutable
  record Bad(List<Problem> problems) implements ProxyResult {}
}
