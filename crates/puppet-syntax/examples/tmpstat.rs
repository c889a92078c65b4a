use puppet_syntax::template::*;
use std::collections::BTreeMap;
fn walk(nodes:&[Node], m:&mut BTreeMap<String,usize>, src:&str, op:&mut Vec<String>){
  for n in nodes { match n {
    Node::Hole{expr,code,..}=>{ let k=match expr {Code::Ruby(r)=>format!("hole {}",format!("{r:?}").split(|c:char|!c.is_alphanumeric()).next().unwrap()),Code::Puppet(_)=>"hole puppet".into(),Code::Opaque=>{op.push(code.of(src).into());"hole opaque".into()}}; if k=="hole Opaque"{op.push(code.of(src).into());} *m.entry(k).or_default()+=1; }
    Node::Block{kind,branches,..}=>{ *m.entry(format!("block {kind:?}")).or_default()+=1; for b in branches{ match &b.condition {Some(Code::Ruby(Ruby::Opaque))|Some(Code::Opaque)=>{*m.entry("cond opaque".into()).or_default()+=1; op.push(format!("COND {}",b.head.of(src)));},Some(_)=>*m.entry("cond known".into()).or_default()+=1,None=>*m.entry("cond none".into()).or_default()+=1}; walk(&b.body,m,src,op)} }
    Node::Code{..}=>*m.entry("code".into()).or_default()+=1, Node::Text{..}=>*m.entry("text".into()).or_default()+=1, Node::Comment{..}=>*m.entry("comment".into()).or_default()+=1 } } }
fn main(){ let list=std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap(); let mut m=BTreeMap::new(); let mut op=vec![]; let (mut bad,mut n)=(0,0);
 for f in list.lines(){ let Ok(s)=std::fs::read_to_string(f) else {continue}; let t=if f.ends_with("epp"){parse_epp(&s)}else{parse_erb(&s)}; n+=1; if !t.errors.is_empty(){bad+=1; println!("ERR {f} {:?} {:?}",t.errors[0].message,t.errors[0].span.of(&s))} walk(&t.nodes,&mut m,&s,&mut op);} 
 println!("{n} files {bad} with errors {m:#?}"); for (i,o) in op.iter().enumerate(){ if i%29==0{println!("OP {:?}",&o[..o.char_indices().nth(90).map_or(o.len(),|x|x.0)])}} }
