package io.datafusion.internal;

import java.util.List;
import java.util.Map;

/** Texts on their way to the engine, which has UTF-8 and nothing else. */
public final class Texts {
  private Texts() {}

  /**
   * {@return the text}
   *
   * @param place what it is, for the message
   * @throws IllegalArgumentException if it has half of a surrogate pair, which UTF-8 cannot express
   */
  public static String check(String text, String place) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == length
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new IllegalArgumentException(
              "%s has an unpaired surrogate, \\u%04x, at index %d, which UTF-8 cannot express"
                  .formatted(place, (int) c, i));
        }
        i++;
      }
    }
    return text;
  }

  /** {@return the texts, each of them checked} */
  public static List<String> check(List<String> texts, String place) {
    texts.forEach(text -> check(text, place));
    return texts;
  }

  /** {@return the options, keys and values checked} */
  public static Map<String, String> check(Map<String, String> options, String place) {
    options.forEach(
        (key, value) -> {
          check(key, place);
          check(value, place + " " + key);
        });
    return options;
  }
}
