# frozen_string_literal: true

# puppet_parse_golden.rb FILE...: asks real Puppet about every case of the
# golden files of `puppet-syntax` and writes its verdicts into them.
#
# A case is a line `=== VERDICT | NAME` and the source below it, up to the next
# such line; the last line break is not part of the source. Characters that an
# editor would hide are written ⟦NAME⟧. Files called `templates*` hold EPP.
require 'puppet'
require 'puppet/pops'
require 'tmpdir'

HIDDEN = {
  'BOM' => "\ufeff", 'NBSP' => "\u00a0", 'CR' => "\r", 'VT' => "\v", 'FF' => "\f",
  'NUL' => "\0", 'U3000' => "\u3000", 'U2028' => "\u2028", 'U200B' => "\u200b"
}.freeze

def verdict(source, parser)
  parser.new.parse_string(source, 'case')
  'ok'
rescue SystemStackError, StandardError
  'error'
end

Dir.mktmpdir do |dir|
  Puppet.initialize_settings(['--confdir', "#{dir}/conf", '--vardir', "#{dir}/var"])
  Puppet::Util::Log.level = :crit
  Puppet.override(Puppet.base_context(Puppet.settings)) do
    ARGV.each do |path|
      template = File.basename(path).start_with?('templates')
      parser = template ? Puppet::Pops::Parser::EppParser : Puppet::Pops::Parser::Parser
      cases = File.read(path, encoding: 'utf-8').split(/^=== \S+ \| /).drop(1).map do |text|
        name, source = text.split("\n", 2)
        real = source.delete_suffix("\n").gsub(/⟦(\w+)⟧/) { HIDDEN.fetch(Regexp.last_match(1)) }
        "=== #{verdict(real, parser)} | #{name}\n#{source}"
      end
      File.write(path, cases.join)
    end
  end
end
