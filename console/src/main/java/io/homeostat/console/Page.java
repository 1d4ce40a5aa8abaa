package io.homeostat.console;

/** @param status as in HTTP */
public record Page(int status, String html) {}
