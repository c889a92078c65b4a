# frozen_string_literal: true

# puppet_parse.rb LIST: says for each file of LIST (one path a line; `-` is the
# standard input) whether real Puppet's parser accepts it, in this process:
#
#   ok PATH
#   error PATH<TAB>MESSAGE
#
# `.epp` files go to the template parser, everything else to the manifest
# parser. Only parsing counts: the checks that `puppet parser validate` adds on
# top (Puppet::Pops::Validation::Checker4_0) are not run.
# Written for the `puppet` 7.23 package of Debian 12.
require 'puppet'
require 'puppet/pops'
require 'tmpdir'

Dir.mktmpdir do |dir|
  Puppet.initialize_settings(['--confdir', "#{dir}/conf", '--vardir', "#{dir}/var"])
  Puppet::Util::Log.level = :crit
  $stdout.sync = true
  list = ARGV[0] == '-' ? $stdin : File.open(ARGV[0])
  Puppet.override(Puppet.base_context(Puppet.settings)) do
    list.each_line(chomp: true) do |path|
      source = File.read(path, mode: 'rb').force_encoding('utf-8')
      parser = path.end_with?('.epp') ? Puppet::Pops::Parser::EppParser.new : Puppet::Pops::Parser::Parser.new
      begin
        parser.parse_string(source, path)
        puts "ok #{path}"
      rescue SystemStackError, StandardError => e
        puts "error #{path}\t#{e.class.name.split('::').last} #{e.message[0, 160].tr("\n", ' ')}"
      end
    end
  end
end
