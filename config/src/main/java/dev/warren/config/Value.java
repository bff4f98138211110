package dev.warren.config;

import dev.warren.packet.owner.Immutable;

/** What became of reading one value. */
public sealed interface Value<T> {

  /** It is fine. */
  @Immutable
  record Good<T>(T value) implements Value<T> {}

  /**
   * It is not.
   *
   * @param at where in the value, from 0
   * @param what what is wrong, in a few words that never quote a key
   * @param expected what would have been right
   * @param wgMessage what {@code wg} says, which may quote a key
   */
  @Immutable
  record Bad<T>(int at, String what, String expected, String wgMessage) implements Value<T> {
    /** The same for another type of value. */
    <U> Bad<U> of() {
      return new Bad<>(at, what, expected, wgMessage);
    }

    @Override
    public String toString() {
      return what + "; expected " + expected;
    }
  }
}
