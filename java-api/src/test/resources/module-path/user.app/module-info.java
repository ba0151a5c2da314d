module user.app {
  requires io.datafusion;
}
