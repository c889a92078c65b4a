# knockout_cases.rb SEED COUNT OUT: data in which every PEM text stands once and
# nothing overrides anything, so that what real Puppet's answer lacks is what a
# knockout prefix has cost. Answered by hiera_answers.rb.
require 'json'

random = Random.new(Integer(ARGV[0]))
pick = ->(list) { list[random.rand(list.size)] }

File.open(ARGV[2], 'w') do |file|
  Integer(ARGV[1]).times do |index|
    made = 0
    pem = lambda do
      made += 1
      "-----BEGIN CERTIFICATE-----\nMIIB#{format('%04d', made)}\n-----END CERTIFICATE-----\n"
    end
    text = -> { pick.call([pem, pem, -> { "word#{made += 1}" }]).call }
    # Values below a key that no other layer has, so that nothing is overridden.
    value = lambda do |depth|
      case random.rand(depth > 1 ? 1 : 4)
      when 0, 1 then text.call
      when 2 then Array.new(1 + random.rand(3)) { text.call }
      else Array.new(1 + random.rand(2)) { "k#{made += 1}" }.to_h { |key| [key, value.call(depth + 1)] }
      end
    end
    is_list = random.rand(2).zero?
    layer = -> { is_list ? Array.new(1 + random.rand(3)) { text.call } : { "top#{made += 1}" => value.call(0), 'shared' => { "in#{made += 1}" => value.call(0) }, 'list' => [text.call] } }
    merge = { 'strategy' => 'deep' }
    merge['knockout_prefix'] = pick.call(['--', '--', '-', '---', '-----', '!', '~~']) unless random.rand(8).zero?
    merge['merge_hash_arrays'] = true if random.rand(4).zero?
    merge['sort_merged_arrays'] = true if random.rand(4).zero?
    layers = 1 + random.rand(3)
    files = { 'hiera.yaml' => JSON.generate('version' => 5, 'hierarchy' => [{ 'name' => 'all', 'paths' => Array.new(layers) { |n| "#{n}.yaml" } }]) }
    layers.times { |n| files["data/#{n}.yaml"] = JSON.generate('cas' => layer.call) }
    files["data/#{layers - 1}.yaml"] = JSON.generate(JSON.parse(files["data/#{layers - 1}.yaml"]).merge('lookup_options' => { 'cas' => { 'merge' => merge } }))
    facts = { 'hostname' => 'web', 'domain' => 'x.org', 'fqdn' => 'web.x.org', 'clientcert' => 'web.x.org' }
    file.puts JSON.generate('name' => "knockout#{index}", 'files' => files, 'facts' => facts, 'node' => 'web.x.org', 'keys' => ['cas'])
  end
end
