package io.datafusion.codec;

/**
 * A codec of logical plans and expressions, written in Java.
 *
 * {@snippet :
 * class Orders implements LogicalExtensionCodec {
 *   public Optional<byte[]> encode(TableProvider table) {
 *     return table instanceof OrdersTable orders ? Optional.of(orders.url().getBytes(UTF_8)) : Optional.empty();
 *   }
 *
 *   public Optional<TableProvider> decodeTable(byte[] bytes, Schema schema) {
 *     return Optional.of(new OrdersTable(new String(bytes, UTF_8)));
 *   }
 * }
 *
 * SessionContext ctx = session.withLogicalExtensionCodec(new Orders(), "com.example.Orders");
 * }
 */
public interface LogicalExtensionCodec extends ExtensionCodec {}
