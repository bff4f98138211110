package dev.warren.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void spans() {
    assertEquals("0 seconds", Words.span(0));
    assertEquals("1 second", Words.span(1));
    assertEquals("59 seconds", Words.span(59));
    assertEquals("1 minute", Words.span(60));
    assertEquals("59 minutes", Words.span(3599));
    assertEquals("23 hours", Words.span(86_399));
    assertEquals("364 days", Words.span(365 * 86_400 - 1));
    assertEquals("2 years", Words.span(2 * 365 * 86_400));
  }

  @Test
  void bytes() {
    assertEquals("0 B", Words.bytes(0));
    assertEquals("1023 B", Words.bytes(1023));
    assertEquals("1.00 KiB", Words.bytes(1024));
    assertEquals("1.05 KiB", Words.bytes(1024 + 60));
    assertEquals("1.50 MiB", Words.bytes(3 << 19));
    assertEquals("1023.99 MiB", Words.bytes((1L << 30) - 1));
    assertEquals("2.00 TiB", Words.bytes(1L << 41));
  }
}
