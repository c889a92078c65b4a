# frozen_string_literal: true

# pem_readers_golden.rb FILE...: asks Go, OpenSSL and Puppet about every case
# of the golden files and writes their answers into them.
#
# PEM_READERS names a directory with `go_reader` (`go build` of
# `pem_readers.go`) and `openssl_reader` (of `pem_readers.c`).
require_relative 'pem_readers_golden_file'

ARGV.each do |path|
  bodies, cases = GoldenFile.read(path)
  answers = GoldenFile.ask(cases.transform_values { |text| GoldenFile.unescape(text, bodies) })
  GoldenFile.write(path, bodies, cases, answers)
end
