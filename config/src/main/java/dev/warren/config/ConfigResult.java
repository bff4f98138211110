package dev.warren.config;

import dev.warren.packet.owner.Immutable;
import java.util.List;

/** What became of reading a configuration. */
public sealed interface ConfigResult {

  /**
   * It can be used.
   *
   * @param warnings what is odd, in the order of lines
   */
  @Immutable
  record Good(Configuration configuration, List<Problem> warnings) implements ConfigResult {}

  /**
   * It cannot.
   *
   * @param problems all of them and what is odd besides, in the order of lines
   */
  @Immutable
  record Bad(List<Problem> problems) implements ConfigResult {}
}
