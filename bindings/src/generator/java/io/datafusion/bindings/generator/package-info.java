/**
 * The program that writes the FFM classes of the bindings from the C header.
 *
 * <p>A header goes through four stages: {@link io.datafusion.bindings.generator.Lexer} cuts it into
 * tokens, {@link io.datafusion.bindings.generator.Preprocessor} carries out its directives, {@link
 * io.datafusion.bindings.generator.HeaderParser} makes a {@link
 * io.datafusion.bindings.generator.Header} of it, and {@link
 * io.datafusion.bindings.generator.Bindings} writes that as Java sources with the names and shapes
 * of jextract. It knows the C that cbindgen writes for our ABI and nothing else: whatever it does
 * not know ends the run with file, line and text, because a guess would be a crash later.
 *
 * <p>It uses nothing but the JDK, annotations included, so that javac and java alone can run it.
 */
package io.datafusion.bindings.generator;
