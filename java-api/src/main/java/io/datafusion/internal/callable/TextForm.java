package io.datafusion.internal.callable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values that travel as the text that their class writes and reads. */
final class TextForm {
  static final int LENGTH_LIMIT = 4096;

  private record Form(Class<?> type, Function<String, Object> parse) {}

  private static final Map<String, Form> FORMS =
      Stream.of(
              new Form(BigDecimal.class, BigDecimal::new),
              new Form(BigInteger.class, BigInteger::new),
              new Form(UUID.class, UUID::fromString),
              new Form(URI.class, URI::create),
              new Form(Duration.class, Duration::parse),
              new Form(Instant.class, Instant::parse),
              new Form(LocalDate.class, LocalDate::parse),
              new Form(LocalDateTime.class, LocalDateTime::parse),
              new Form(LocalTime.class, LocalTime::parse),
              new Form(MonthDay.class, MonthDay::parse),
              new Form(OffsetDateTime.class, OffsetDateTime::parse),
              new Form(OffsetTime.class, OffsetTime::parse),
              new Form(Period.class, Period::parse),
              new Form(Year.class, text -> Year.of(Integer.parseInt(text))),
              new Form(YearMonth.class, TextForm::yearMonth),
              new Form(ZonedDateTime.class, ZonedDateTime::parse),
              new Form(ZoneOffset.class, ZoneOffset::of),
              new Form(ZoneId.class, ZoneId::of))
          .collect(Collectors.toUnmodifiableMap(form -> form.type().getName(), form -> form));

  private TextForm() {}

  /** What {@code YearMonth.toString} writes, which {@code parse} does not read after 9999. */
  private static YearMonth yearMonth(String text) {
    int month = text.lastIndexOf('-');
    return YearMonth.of(
        Integer.parseInt(text.substring(0, month)), Integer.parseInt(text.substring(month + 1)));
  }

  /** {@return the name under which a value travels as text, or null if it does not} */
  static @Nullable String typeOf(Object value) {
    String name = value.getClass().getName();
    if (FORMS.containsKey(name)) {
      return name;
    }
    return value instanceof ZoneId ? ZoneId.class.getName() : null;
  }

  /** {@return the class of a name, or null if none travels as text under it} */
  static @Nullable Class<?> classOf(String type) {
    Form form = FORMS.get(type);
    return form == null ? null : form.type();
  }

  static Object parse(String type, String text) throws MalformedCallable {
    Form form = FORMS.get(type);
    if (form == null) {
      throw new MalformedCallable("A value of class " + type + " does not travel as text");
    }
    if (text.length() > LENGTH_LIMIT) {
      throw new MalformedCallable("A " + type + " of " + text.length() + " characters");
    }
    try {
      return form.parse().apply(text);
    } catch (RuntimeException e) {
      throw new MalformedCallable("'" + text + "' is no " + type, e);
    }
  }
}
