package dev.warren.interop.speed;

/** Where figures go as soon as they are there. */
interface Sink {
  void accept(Measure measure, double value);

  /** Tells the reader of the progress something that is no row. */
  void note(String text);
}
