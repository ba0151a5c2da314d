package io.datafusion.bindings.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnsupportedHeaderTest {
  private static final String BEFORE =
      "#define DF_ABI_VERSION 1\n#include <stdint.h>\ntypedef struct opaque opaque;\n";

  /** The line on which a construct starts that follows BEFORE. */
  private static final int LINE = 4;

  private static Arguments rejected(String c, String reason) {
    return Arguments.of(c, reason);
  }

  static Stream<Arguments> types() {
    return Stream.of(
        rejected("union u { int a; float b; };", "a union"),
        rejected("struct s { union { int a; } u; };", "a union"),
        rejected("struct s { int a : 3; };", "a bit field"),
        rejected("struct s { int a[4]; };", "an array"),
        rejected("void f(int a[4]);", "an array"),
        rejected("struct s { int; };", "a member without a name"),
        rejected("struct s { int a; long a; };", "\"long\""),
        rejected("struct s { int a; int a; };", "a is declared twice"),
        rejected("struct s { };", "a struct without members"),
        rejected("struct s { opaque o; };", "struct opaque is opaque here"),
        rejected("struct s { struct s self; };", "struct s is opaque here"),
        rejected("struct s { struct inner { int a; } i; };", "a struct inside a declaration"),
        rejected("struct s { struct { int a; } i; };", "a struct inside a declaration"),
        rejected("struct s { void v; };", "void is not a type of values"),
        rejected(
            "struct s { void (*s)(void); };", "a function pointer member named like its struct"),
        rejected("struct s { void (*)(void); };", "a function pointer without a name"),
        rejected("struct s { int a; }; struct s { int a; };", "struct s is defined twice"),
        rejected("struct s { int a; }; struct S { int a; };", "S is declared twice (before: s)"),
        rejected("typedef struct s { int a; } t;", "another name"),
        rejected("typedef struct { int a; };", "a struct without a name"),
        rejected("typedef int32_t;", "a typedef without a name"),
        rejected("typedef int32_t a; typedef int64_t a;", "a already names another type"),
        rejected("typedef void f(int a);", "; is expected, not \"(\""),
        rejected("enum e { A = 4294967296 };", "A does not fit in 32 bits"),
        rejected("enum e { A = 1 << 2 };", "the value of A is neither an integer nor a string"),
        rejected("enum e { A, A };", "A is declared twice"),
        rejected("enum e { A }; enum e { B };", "enum e is defined twice"));
  }

  static Stream<Arguments> functions() {
    return Stream.of(
        rejected("int f(const char *format, ...);", "a variadic function"),
        rejected("int f();", "a function without a parameter list"),
        rejected("void f(void v);", "void is not a type of values"),
        rejected("void f(opaque o);", "struct opaque is opaque here"),
        rejected("opaque f(void);", "struct opaque is opaque here"),
        rejected("void f(void (*callback)(int));", "name its type by a typedef"),
        rejected("void (*f(int a))(int);", "function"),
        rejected("long f(void);", "\"long\" is not known, or not of one size everywhere"),
        rejected("void f(unsigned long a);", "\"unsigned long\" is not known"),
        rejected("void f(long double a);", "\"long double\" is not known"),
        rejected("void f(float _Complex a);", "_Complex"),
        rejected("void f(FILE *file);", "unknown type name FILE"),
        rejected("void f(struct unknown *u);", "struct unknown is not declared before"),
        rejected("void f(enum unknown u);", "enum unknown is not defined before"),
        rejected("void f(volatile int *a);", "\"volatile\" is not supported"),
        rejected("void f(int *restrict a);", "\"restrict\" is not supported"),
        rejected("static inline int f(void) { return 1; }", "\"static\" is not supported"),
        rejected("extern int32_t variable;", "\"extern\" is not supported"),
        rejected("int32_t variable;", "a variable"),
        rejected("int32_t f(void) { return 1; }", "a function body or an attribute"),
        rejected("int32_t f(void) __attribute__((pure));", "a function body or an attribute"),
        rejected("__attribute__((pure)) int32_t f(void);", "\"__attribute__\" is not supported"),
        rejected("[[nodiscard]] int32_t f(void);", "a type is expected, not \"[\""),
        rejected("_Static_assert(1, \"x\");", "\"_Static_assert\" is not supported"),
        rejected("void f(void); void f(void);", "f is declared twice"),
        rejected("void f(void); void F(void);", "F is declared twice (before: f)"),
        rejected("extern \"C\" {", "\"extern\" is not supported"),
        rejected("void f(int a", "is expected, not the end of the file"),
        rejected(";", "a type is expected, not \";\""));
  }

  static Stream<Arguments> directives() {
    return Stream.of(
        rejected("#define MAX(a, b) a", "a macro with parameters"),
        rejected("#define A (1 << 3)", "the value of A is neither an integer nor a string"),
        rejected("#define A 1.5", "the value of A is neither an integer nor a string"),
        rejected("#define A OTHER", "the value of A is neither an integer nor a string"),
        rejected("#define A 18446744073709551616", "A needs more than 64 bits"),
        rejected("#define A 089", "089 is not an octal number"),
        rejected("#define A \"x\" \"y\"", "more than one string literal"),
        rejected("#define A \"\\x41\"", "an escape other than"),
        rejected("#define A 1\n#define A 2", "A is defined twice"),
        rejected("#define A \\\n 1", "a directive of several lines"),
        rejected("#include \"other.h\"", "an include other than"),
        rejected("#include <stdio.h>", "an include other than"),
        rejected("#if defined(A)\n#endif", "a directive other than"),
        rejected("#undef A", "a directive other than"),
        rejected("#error no", "a directive other than"),
        rejected("#pragma pack(1)", "a directive other than"),
        rejected("#endif", "no conditional is open here"),
        rejected("#else", "no conditional is open here"),
        rejected("#ifdef A", "a conditional without #endif"),
        rejected("/* never", "a comment that does not end"),
        rejected("\"never", "a string that does not end"));
  }

  @ParameterizedTest
  @MethodSource({"types", "functions", "directives"})
  void whatTheGeneratorDoesNotKnowIsNamedWithItsPlace(String c, String reason) {
    SourceText source = SourceText.of("small.h", BEFORE + c);
    String text = c.lines().reduce((_, last) -> last).orElseThrow();
    assertThatThrownBy(() -> Bindings.of(source, Target.of(source)))
        .isInstanceOf(UnsupportedHeaderException.class)
        .message()
        .contains(reason)
        .matches("(?s)small\\.h:[45]: .*")
        .containsAnyOf(text, c.lines().findFirst().orElseThrow())
        .contains("supported: opaque and plain structs");
  }

  @Test
  void theLineIsThatOfTheConstructAndNotOfTheFile() {
    SourceText source = SourceText.of("small.h", BEFORE + "\n/* a\n b */\nunion u { int a; };\n");
    assertThatThrownBy(() -> HeaderParser.parse(source))
        .hasMessageContaining("small.h:" + (LINE + 3) + ": a union")
        .hasMessageContaining("    union u { int a; };");
  }

  @Test
  void aHeaderWithoutAbiVersionIsRefused() {
    SourceText source = SourceText.of("small.h", "void f(void);\n");
    assertThatThrownBy(() -> Bindings.of(source, Target.of(source)))
        .hasMessageContaining("the header does not #define DF_ABI_VERSION");
  }

  @Test
  void aStructMayNotTakeTheNameOfAClassOfTheBindings() {
    SourceText source = SourceText.of("small.h", BEFORE + "struct HeaderHash { int a; };\n");
    assertThatThrownBy(() -> Bindings.of(source, Target.of(source)))
        .hasMessageContaining("two classes would be io/datafusion/bindings/HeaderHash.java");
  }

  @Test
  void whatACompilerWouldSkipIsSkipped() {
    String c =
        """
        #ifdef __cplusplus
        #if __cplusplus > 201103L
        namespace x { union u; }
        #elif 1
        #else
        #define DF_ABI_VERSION 2
        #endif
        #else
        #define KEPT 1
        #endif
        """;
    Header header = HeaderParser.parse(SourceText.of("small.h", BEFORE + c));
    assertThat(header.constants())
        .extracting(Header.Constant::name)
        .containsExactly("DF_ABI_VERSION", "KEPT");
  }
}
